using System.Diagnostics;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;

namespace AutoForge.Engine.Triggers;

/// <summary>Accepts runs. What this returns is durable: raw input, run, hold and job (<see cref="RunCommits"/>).</summary>
/// <remarks>
/// With the database slow or away, callers are turned away early: so much input may wait, and each for so long. What was given
/// up on may be committed all the same, which only the key can tell.
/// </remarks>
internal sealed class RunAcceptance(Database database, RunCommits commits, JobWorker worker, HeadStarts heads, EngineMetrics metrics, TimeProvider time)
{
    // The senders of webhooks give up after ten seconds or more; they are told before.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Bytes of input that may wait on this node, besides the bound on their number (<see cref="GroupCommitOptions.Capacity"/>).</summary>
    internal const long MostWaiting = 64 * 1024 * 1024;

    // What waits longer than for the next group gains nothing by having been begun.
    private const int MostBegun = 256;

    private long _waiting;
    private int _callers;

    /// <summary>Returns after the commit. Asking again with the same dedup key is safe and gives the same run.</summary>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be: ask again with the same key.</exception>
    public async Task<Acceptance> AcceptAsync(AcceptRequest request, CancellationToken cancellationToken)
    {
        using var span = EngineTelemetry.Source.StartActivity("accept");
        request.Trace = span?.Context ?? default;
        request.ReceivedAt = time.GetTimestamp();
        try
        {
            var acceptance = await CommitAsync(request).WaitAsync(Patience, time, cancellationToken);
            metrics.Accepted(acceptance.Outcome, time.GetElapsedTime(request.ReceivedAt));
            span?.SetTag(EngineTelemetry.RunIdTag, acceptance.RunId);
            return acceptance;
        }
        catch (Exception e) when (e is DatabaseUnavailableException or TimeoutException)
        {
            metrics.AcceptFailed();
            span?.SetStatus(ActivityStatusCode.Error);
            throw e as DatabaseUnavailableException ?? new DatabaseUnavailableException("The database takes too long.", e);
        }
    }

    // Counted until it is written or failed, not until its caller gives up: it fills the memory until then.
    private async Task<Acceptance> CommitAsync(AcceptRequest request)
    {
        if (!database.HasRoom)
            throw new DatabaseUnavailableException("The disk of the database is nearly full.");
        var callers = Interlocked.Increment(ref _callers);
        try
        {
            if (Interlocked.Add(ref _waiting, request.Payload.Length) > MostWaiting)
                throw new DatabaseUnavailableException("Too much input waits for the database.");
            if (callers <= MostBegun)
                request.HeadStart = heads.TryBegin(request);
            return await commits.AcceptAsync(request, worker, CancellationToken.None);
        }
        finally
        {
            Interlocked.Add(ref _waiting, -request.Payload.Length);
            Interlocked.Decrement(ref _callers);
        }
    }
}
