using AutoForge.Engine.Telemetry;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>How many took how long, by the engine's bounds.</summary>
/// <param name="Counts">One per bound, and one for what took longer than the last.</param>
public sealed record Durations(IReadOnlyList<long> Counts)
{
    public static readonly Durations None = new(new long[EngineMetrics.DurationBounds.Count + 1]);

    public long Count => Counts.Sum();

    /// <summary>Rows of a release with other bounds count as none.</summary>
    public static Durations Of(IReadOnlyList<long> counts) => counts.Count == None.Counts.Count ? new(counts) : None;

    public Durations Plus(Durations other, int sign = 1) => new([.. Counts.Zip(other.Counts, (a, b) => a + sign * b)]);

    /// <summary>The time that this share of them took at most, as well as the bounds tell, in seconds; null = there are none.</summary>
    /// <param name="share">Above 0, to 1.</param>
    public double? Quantile(double share)
    {
        var rank = Count * share;
        var (before, from) = (0L, 0.0);
        for (var i = 0; i < EngineMetrics.DurationBounds.Count; i++)
        {
            var to = EngineMetrics.DurationBounds[i];
            if (Counts[i] > 0 && before + Counts[i] >= rank)
                return from + (to - from) * (rank - before) / Counts[i];
            before += Counts[i];
            from = to;
        }
        // Longer than the last bound: nobody knows by how much.
        return before < Count ? from : null;
    }
}
