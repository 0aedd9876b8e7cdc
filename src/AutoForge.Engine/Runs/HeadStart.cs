using AutoForge.Engine.Steps;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>Makes steps durable. See <see cref="IJournal.FlushAsync"/>.</summary>
internal delegate ValueTask FlushSteps(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken);

/// <summary>
/// The first burst of a run, walked before the run is accepted, as far as the START of its first step with an outside effect.
/// That START is stored by the acceptance itself, so the effect follows upon one commit, not two.
/// </summary>
/// <remarks>
/// It is a guess. Nothing has happened and nobody knows of it until the node that made it keeps the accepted run and goes on
/// with it; otherwise it is forgotten where it stands, and the run is walked from its start like any other.
/// </remarks>
internal sealed class HeadStart : IJournal, IDisposable
{
    // Nobody has paid yet.
    private const int MostSteps = 100;

    // An acceptance may wait for its commit; then its time is further and further from the database's.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly int _version;
    private readonly CancellationTokenSource _stop = new();

    // What waits for it goes on inside of SetResult.
    private readonly TaskCompletionSource<bool> _isStored = new();
    private volatile IReadOnlyList<StepRecord>? _steps;
    private FlushSteps? _flush;
    private Task<WalkResult> _walk = null!;

    private HeadStart(DateTimeOffset acceptedAt, int version) => (AcceptedAt, _version) = (acceptedAt, version);

    public Guid RunId { get; } = Ids.NewId();

    /// <summary>By the database's clock; steps may have seen it.</summary>
    public DateTimeOffset AcceptedAt { get; }

    /// <summary>For the acceptance to store. Empty when the burst has no step with an outside effect.</summary>
    public IReadOnlyList<StepRecord> Steps => _steps ?? [];

    IReadOnlyList<StepRecord> IJournal.Stored => [];

    int IJournal.StepBudget => _flush is null ? MostSteps : Walk.StepBudget;

    /// <param name="now">The database's time, or a little earlier.</param>
    /// <returns>Null when the burst takes too long.</returns>
    public static HeadStart? Begin(AcceptRequest request, CompiledWorkflow workflow, DateTimeOffset now, RunWalker walker, RunServices services)
    {
        var start = new HeadStart(now, request.Version);
        var run = StoredRun.From(new AcceptedRun(start.RunId, request, now, HasPlace: true, IsKept: true)).ToInfo(workflow.Name);
        var options = new WalkOptions { Now = now, Services = services };
        // What comes after the pause belongs to whoever goes on, not to the caller of the webhook.
        using (ExecutionContext.SuppressFlow())
            start._walk = walker.WalkAsync(workflow, run, start, options, start._stop.Token).AsTask();
        if (start._steps is not null || start.IsThrough)
            return start;
        start._stop.Cancel();
        return null;
    }

    /// <summary>Whether what it went by is still so.</summary>
    /// <param name="version">Of the workflow.</param>
    /// <param name="now">The database's time. Caps and quotas count by its days.</param>
    public bool IsTrue(int version, DateTimeOffset now) =>
        version == _version && AcceptedAt <= now && now - AcceptedAt <= MaxAge && AcceptedAt.UtcDateTime.Date == now.UtcDateTime.Date;

    /// <summary>The run is this node's: goes on from where it stands to the end of the burst.</summary>
    /// <param name="isStored">Whether the acceptance is known to have stored <see cref="Steps"/>.</param>
    /// <param name="flush">For everything else.</param>
    /// <param name="cancellationToken">Of the rest of the burst.</param>
    public async ValueTask<WalkResult> GoOnAsync(bool isStored, FlushSteps flush, CancellationToken cancellationToken)
    {
        _flush = flush;
        using var stopping = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _stop);
        _isStored.SetResult(isStored);
        return await _walk;
    }

    /// <summary>Of one that nobody goes on with there is nothing to dispose.</summary>
    public void Dispose() => _stop.Dispose();

    async ValueTask IJournal.FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken)
    {
        if (_steps is null && !_stop.IsCancellationRequested)
        {
            _steps = [.. dirty];
            var isStored = await _isStored.Task;
            cancellationToken.ThrowIfCancellationRequested();
            if (isStored)
                return;
        }
        if (_flush is { } flush)
            await flush(dirty, cancellationToken);
    }

    // A fault, or more steps than it may take, is for a walk with a journal to find.
    private bool IsThrough => _walk is { IsCompletedSuccessfully: true, Result.Incidents: [] };
}
