namespace AutoForge.Engine.Steps;

/// <summary>When a failed step is tried again: 10 s, 30 s, 90 s, 5 min, then every 15 min, each with full jitter.</summary>
internal static class RetryBackoff
{
    /// <summary>The other side's wish is honoured up to this, because the run's money is on hold meanwhile.</summary>
    public static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15),
    ];

    /// <param name="attempt">The number of the try that failed, from 1.</param>
    /// <param name="wish">The other side's own wish (Retry-After); null = none.</param>
    /// <param name="jitter">From 0 (inclusive) to 1 (exclusive). Full jitter: many runs that failed together come back spread out.</param>
    public static TimeSpan Delay(int attempt, TimeSpan? wish, double jitter)
    {
        var backoff = Delays[Math.Clamp(attempt, 1, Delays.Length) - 1] * jitter;
        if (wish is not { } asked || asked <= TimeSpan.Zero)
            return backoff;

        // Never earlier than asked; the jitter comes on top, within a tenth of the wish.
        asked = asked < LongestWish ? asked : LongestWish;
        return asked + (asked * 0.1 * jitter);
    }
}
