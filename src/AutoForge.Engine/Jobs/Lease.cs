namespace AutoForge.Engine.Jobs;

/// <summary>This node's right to work on a job, until it is lost. Every write names its attempt.</summary>
internal sealed class Lease : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _gate = new();
    private bool _disposed;
    private long _deadline;

    public Lease() => Lost = _lost.Token;

    public required Guid AccountId { get; init; }
    public required Guid JobId { get; init; }

    /// <summary>The fencing token: rises with every claim of the job, by any node.</summary>
    public required int Attempt { get; init; }

    /// <summary>What the database must still say of the job for this lease to hold.</summary>
    public (Guid JobId, int Attempt) Fence => (JobId, Attempt);

    /// <summary>Claims since the job last gave itself back, this one included.</summary>
    public required int Tries { get; init; }

    /// <summary>Whether the job has one of its account's places; it must take one before it is worked on.</summary>
    public required bool HasPlace { get; init; }

    /// <summary>Database time of the claim: what was due then may go on.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>What the enqueuer knew about the job, so that the node that keeps it need not read it back; null after a claim from the queue.</summary>
    public object? Hint { get; init; }

    /// <summary>Signalled when the lease has been lost, or could have been: the work must stop.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Monotonic time stamp until which the database surely sees the lease as ours: counted from before the statement that granted it.</summary>
    public long Deadline
    {
        get => Volatile.Read(ref _deadline);
        set => Volatile.Write(ref _deadline, value);
    }

    /// <summary>May race with the end of the work; then it does nothing.</summary>
    /// <remarks>What waits for the signal runs on the pool: it must neither hold up nor throw at who takes the lease away.</remarks>
    public void Lose()
    {
        lock (_gate)
        {
            if (!_disposed)
                _ = _lost.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _lost.Dispose();
        }
    }
}
