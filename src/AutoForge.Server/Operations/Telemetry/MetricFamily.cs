namespace AutoForge.Server.Operations.Telemetry;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument with all its series, as they stood when it was read.</summary>
/// <param name="Name">With dots, as OpenTelemetry has it.</param>
internal sealed record MetricFamily(string Name, string Unit, string Description, MetricKind Kind, IReadOnlyList<MetricSeries> Series);

/// <param name="Value">Of a histogram: the sum of what was measured.</param>
/// <param name="Buckets">Of a histogram: how many were at most the bound and above the one before; the last bound is infinite. Empty otherwise.</param>
internal sealed record MetricSeries(IReadOnlyList<KeyValuePair<string, string>> Tags, double Value, IReadOnlyList<MetricBucket> Buckets)
{
    public bool Has(string tag, string value) => Tags.Any(t => t.Key == tag && t.Value == value);
}

internal readonly record struct MetricBucket(double Bound, long Count);
