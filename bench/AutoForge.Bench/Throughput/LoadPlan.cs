namespace AutoForge.Bench.Throughput;

/// <summary>How callers call.</summary>
/// <param name="Connections">One caller each.</param>
internal sealed record LoadPlan(int Connections)
{
    /// <summary>Whether each call carries an Idempotency-Key of its own.</summary>
    public bool SendsKeys { get; init; }

    /// <summary>Whether a caller waits until its run has reached the target.</summary>
    public bool WaitsForLanding { get; init; } = true;

    /// <summary>Between a landing and the next call; zero under load.</summary>
    public TimeSpan Pause { get; init; }
}
