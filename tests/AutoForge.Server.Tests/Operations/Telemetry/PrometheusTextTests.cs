using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server.Tests.Operations.Telemetry;

/// <summary>The exposition format, to the letter.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Of_EveryKind_IsWhatPrometheusReads()
    {
        MetricFamily[] families =
        [
            new("b.wait", "s", "Waits.", MetricKind.Histogram, [new([new("k", "v")], 3.5, [new(0.5, 2), new(double.PositiveInfinity, 1)])]),
            new("a.calls", "{call}", "Calls \\ and\nmore.", MetricKind.Counter, [new([new("a.b", "say \"x\" \\\n")], 7, []), new([], 1e21, [])]),
            new("c.size", "By", "", MetricKind.Gauge, [new([], -0.25, [])]),
            new("d.share", "1", "", MetricKind.Gauge, [new([], double.NaN, [])]),
            new("e.none", "", "Nobody has measured.", MetricKind.Gauge, []),
        ];

        Assert.Equal(
            """
            # HELP a_calls_total Calls \\ and\nmore.
            # TYPE a_calls_total counter
            a_calls_total{a_b="say \"x\" \\\n"} 7
            a_calls_total 1E+21
            # HELP b_wait_seconds Waits.
            # TYPE b_wait_seconds histogram
            b_wait_seconds_bucket{k="v",le="0.5"} 2
            b_wait_seconds_bucket{k="v",le="+Inf"} 3
            b_wait_seconds_sum{k="v"} 3.5
            b_wait_seconds_count{k="v"} 3
            # TYPE c_size_bytes gauge
            c_size_bytes -0.25
            # TYPE d_share_ratio gauge
            d_share_ratio NaN

            """, PrometheusText.Of(families));
    }
}
