namespace AutoForge.Bench.Throughput;

/// <summary>One call and what became of it. Times are <see cref="System.Diagnostics.Stopwatch"/> timestamps; 0 = has not happened.</summary>
internal struct Flight
{
    /// <summary>Just before the first byte of the call is sent.</summary>
    public long Sent;

    /// <summary>The 202 is read.</summary>
    public long Answered;

    /// <summary>The run's own request is read at the target.</summary>
    public long Arrived;

    /// <summary>The charge is visible to another session, so its transaction is committed.</summary>
    public long Settled;

    public Guid RunId;

    /// <summary>Which load it belongs to.</summary>
    public LoadPlan Plan;

    /// <summary>Wakes the caller when its run has reached the target.</summary>
    public SemaphoreSlim Landing;
}
