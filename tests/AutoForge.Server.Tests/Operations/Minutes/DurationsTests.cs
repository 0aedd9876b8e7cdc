using AutoForge.Engine.Telemetry;
using AutoForge.Server.Operations.Minutes;

namespace AutoForge.Server.Tests.Operations.Minutes;

public sealed class DurationsTests
{
    [Fact]
    public void Quantile_OfKnownTimes_LiesInTheirBucket()
    {
        // 98 within 5 to 10 ms, one within 50 to 100 ms, one beyond every bound.
        var counts = new long[EngineMetrics.DurationBounds.Count + 1];
        counts[3] = 98;
        counts[6] = 1;
        counts[^1] = 1;
        var times = Durations.Of(counts);

        Assert.Equal(100, times.Count);
        Assert.InRange(times.Quantile(0.5)!.Value, 0.005, 0.01);
        Assert.Equal(0.1, times.Quantile(0.99)!.Value, 6);
        Assert.Equal(EngineMetrics.DurationBounds[^1], times.Quantile(1));
        Assert.Null(Durations.None.Quantile(0.5));
        Assert.Equal(196, times.Plus(times).Counts[3]);
        Assert.Equal(0, times.Plus(times, -1).Count);
    }

    [Fact]
    public void Of_CountsOfOtherBounds_AreNone() => Assert.Same(Durations.None, Durations.Of([1, 2, 3]));
}
