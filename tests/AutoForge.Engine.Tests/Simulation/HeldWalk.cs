using AutoForge.Engine.Jobs;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Where a walk stands still until it is told to go on.</summary>
internal enum WalkPlace { Claimed, BeforeEffect, AfterEffect }

/// <summary>
/// A walk of the real handler that goes on only when the story says so, from pause to pause. One that is never told to go on is
/// one whose node is dead, or stands still.
/// </summary>
internal sealed class HeldWalk(SimulatedNode node, Lease lease)
{
    private static readonly AsyncLocal<HeldWalk?> Walking = new();

    // Its continuation, the end of the job in the worker, runs inside of SetResult: nothing of it is left for later.
    private readonly TaskCompletionSource<bool> _job = new();
    private TaskCompletionSource _arrived = new();
    private TaskCompletionSource _go = new();
    private CancellationToken _cancellation;
    private Task<bool>? _walk;

    /// <summary>The walk that the calling activity belongs to.</summary>
    public static HeldWalk Current => Walking.Value ?? throw new InvalidOperationException("No walk of a story is under way.");

    public SimulatedNode Node => node;
    public Lease Lease => lease;
    public WalkPlace Place { get; private set; }

    /// <summary>Whether the activity stops when it is told that its lease is lost.</summary>
    public bool IsHeedful { get; private set; }

    /// <summary>What the worker waits for.</summary>
    public Task<bool> Job => _job.Task;

    /// <summary>How the walk ended, for the list of operations.</summary>
    public string? End { get; private set; }

    /// <summary>Goes on to the next pause, or to the end.</summary>
    public async Task GoOnAsync(bool isHeedful)
    {
        IsHeedful = isHeedful;
        var arrived = _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_walk is null)
        {
            _walk = Task.Run(() =>
            {
                Walking.Value = this;
                return node.Handler.HandleAsync(lease, CancellationToken.None);
            });
        }
        else
        {
            _go.SetResult();
        }
        if (await Task.WhenAny(arrived.Task, _walk) == arrived.Task)
            return;
        try
        {
            var isMadeDue = await _walk;
            End = "written";
            _job.SetResult(isMadeDue);
        }
        // Whatever the handler throws is for the worker to judge.
        catch (Exception e)
        {
            End = e.GetType().Name;
            _job.SetException(e);
        }
    }

    /// <summary>For activities: stands still.</summary>
    public async Task PauseAsync(WalkPlace place, CancellationToken cancellation)
    {
        Place = place;
        _cancellation = cancellation;
        _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _arrived.SetResult();
        await _go.Task;
    }

    /// <summary>The loss of a lease reaches its activity by way of the pool: until then nothing else may happen.</summary>
    public async Task KnowLossAsync()
    {
        while (Place != WalkPlace.Claimed && lease.Lost.IsCancellationRequested && !_cancellation.IsCancellationRequested)
            await Task.Yield();
    }
}
