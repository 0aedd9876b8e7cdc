using System.Diagnostics.Metrics;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>The server's own instruments, besides the engine's. The meter's scope is this object, as the engine's is its own.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "AutoForge.Server";
    public const string SenderTag = "autoforge.sender";

    private static readonly KeyValuePair<string, object?> Stripe = new(SenderTag, "stripe");
    private static readonly KeyValuePair<string, object?> Caller = new(SenderTag, "caller");
    private static readonly KeyValuePair<string, object?> Alert = new(SenderTag, "alert");

    private readonly Meter _meter;
    private readonly Counter<long> _unavailable;
    private readonly Counter<long> _webhookFailures;
    private volatile ClusterFacts? _cluster;

    public ServerMetrics(DataDisk disk, TimeProvider time)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _unavailable = _meter.CreateCounter<long>("autoforge.http.unavailable", "{response}", "Answers 503, because the database is slow or away.");
        _webhookFailures = _meter.CreateCounter<long>(
            "autoforge.webhook.failures", "{call}", "Refused payment events (stripe), unsigned or wrongly signed webhook calls (caller), alerts that could not be delivered (alert).");
        Gauge("autoforge.nodes", () => _cluster?.Nodes, "{node}", "Nodes that have reported within the last three minutes.");
        Gauge("autoforge.ledger.violations", () => _cluster?.Violations, "{row}", "Rows that broke an invariant when they were last checked.");
        Gauge("autoforge.ledger.check.age", () => (time.GetUtcNow() - _cluster?.CheckedAt)?.TotalSeconds, "s", "Since the invariants were last checked to the end.");
        Gauge("autoforge.database.size", () => _cluster?.DatabaseBytes, "By", "The database on disk.");
        Gauge("autoforge.disk.free", () => disk.Space?.Free, "By", "Free space where the embedded database lies.");
        Gauge("autoforge.disk.size", () => disk.Space?.Size, "By", "All space where the embedded database lies.");
    }

    public Meter Meter => _meter;

    /// <summary>As they were last read; null = nobody knows.</summary>
    public ClusterFacts? Cluster { set => _cluster = value; }

    /// <summary>A request was answered with a problem.</summary>
    public void Answered(Problem problem, PathString path)
    {
        if (problem.Code == "database_unavailable")
            _unavailable.Add(1);
        if (path.StartsWithSegments("/api/webhooks"))
            _webhookFailures.Add(1, Stripe);
        else if (problem.Code == "bad_signature")
            _webhookFailures.Add(1, Caller);
    }

    public void AlertFailed() => _webhookFailures.Add(1, Alert);

    public void Dispose() => _meter.Dispose();

    private void Gauge<T>(string name, Func<T?> read, string unit, string description) where T : struct =>
        _meter.CreateObservableGauge(name, () => read() is { } value ? [new Measurement<T>(value)] : Array.Empty<Measurement<T>>(), unit, description);
}

/// <summary>What is true of all nodes together.</summary>
internal sealed record ClusterFacts(long Nodes, long? Violations, DateTimeOffset? CheckedAt, long DatabaseBytes);
