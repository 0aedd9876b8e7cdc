using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>Reads all instruments of this node when somebody asks: the operator's scraper, or the clock of minutes.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class MetricReading : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _oneReads = new();
    private IReadOnlyList<MetricFamily> _last = [];

    /// <summary>Set by the reader that this is given to.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Counters and histograms are totals since the start of the process.</summary>
    public IReadOnlyList<MetricFamily> Take()
    {
        lock (_oneReads)
        {
            _last = [];
            Collect?.Invoke(Timeout.Infinite);
            return _last;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var families = new List<MetricFamily>();
        foreach (var metric in batch)
            families.Add(Family(metric));
        _last = families;
        return ExportResult.Success;
    }

    private static MetricFamily Family(Metric metric)
    {
        var series = new List<MetricSeries>();
        foreach (ref readonly var point in metric.GetMetricPoints())
            series.Add(Series(metric.MetricType, in point));
        var kind = metric.MetricType switch
        {
            MetricType.Histogram => MetricKind.Histogram,
            MetricType.LongSum or MetricType.DoubleSum => MetricKind.Counter,
            _ => MetricKind.Gauge,
        };
        return new MetricFamily(metric.Name, metric.Unit, metric.Description, kind, series);
    }

    private static MetricSeries Series(MetricType type, in MetricPoint point)
    {
        var tags = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in point.Tags)
            tags.Add(new(key, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
        if (type != MetricType.Histogram)
            return new MetricSeries(tags, Value(type, in point), []);

        var buckets = new List<MetricBucket>();
        foreach (var bucket in point.GetHistogramBuckets())
            buckets.Add(new MetricBucket(bucket.ExplicitBound, bucket.BucketCount));
        return new MetricSeries(tags, point.GetHistogramSum(), buckets);
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => double.NaN,
    };
}
