using System.Diagnostics.Metrics;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Telemetry;

/// <summary>
/// The instruments of one engine. Recording allocates nothing, and costs a comparison while nobody listens. Nothing that
/// grows with use is ever a tag: no account, workflow, run or host.
/// </summary>
/// <remarks>The meter's scope is this object, which tells several engines in one process apart.</remarks>
public sealed class EngineMetrics : IDisposable
{
    /// <summary>The bounds of all histograms of time, in seconds. The same for all, so that nodes can be added up.</summary>
    public static readonly IReadOnlyList<double> DurationBounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

    private static readonly KeyValuePair<string, object?>[] AcceptOutcomes =
        [.. Enum.GetValues<AcceptOutcome>().Select(outcome => Outcome(Name(outcome)))];

    private static readonly KeyValuePair<string, object?> Unavailable = Outcome("unavailable");
    private static readonly KeyValuePair<string, object?> Succeeded = Outcome("succeeded");
    private static readonly KeyValuePair<string, object?> Failed = Outcome("failed");
    private static readonly KeyValuePair<string, object?> Cancelled = Outcome("cancelled");

    private readonly Meter _meter;
    private readonly Counter<long> _acceptRequests;
    private readonly Histogram<double> _acceptDuration;
    private readonly Histogram<double> _startDelay;
    private readonly Histogram<double> _runDuration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _leaseLosses;
    private readonly Counter<long> _fencingRejections;
    private readonly Histogram<long> _groupSize;
    private readonly Histogram<double> _groupDuration;

    internal EngineMetrics()
    {
        _meter = new Meter(new MeterOptions(EngineTelemetry.MeterName) { Scope = this });
        _acceptRequests = _meter.CreateCounter<long>("autoforge.accept.requests", "{request}", "Wishes to start a run, by what became of them.");
        _acceptDuration = Timer("autoforge.accept.duration", "From the wish to start a run to its commit.");
        _startDelay = Timer("autoforge.run.start_delay", "From acceptance to the first step of a run.");
        _runDuration = Timer("autoforge.run.duration", "From acceptance to the committed end of a run, waiting included, by outcome.");
        _retries = _meter.CreateCounter<long>("autoforge.step.retries", "{retry}", "Steps that failed and are tried again.");
        _leaseLosses = _meter.CreateCounter<long>("autoforge.lease.losses", "{lease}", "Leases that were lost while their work was under way.");
        _fencingRejections = _meter.CreateCounter<long>("autoforge.fencing.rejections", "{write}", "Writes that were dropped because the lease was another's.");
        _groupSize = _meter.CreateHistogram<long>("autoforge.group.size", "{write}", "Writes that shared one commit.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        _groupDuration = Timer("autoforge.group.duration", "From the beginning of a group's transaction to its commit.");
    }

    /// <summary>Told apart from the meters of other engines by it.</summary>
    public Meter Meter => _meter;

    internal void Accepted(AcceptOutcome outcome, TimeSpan duration)
    {
        _acceptRequests.Add(1, AcceptOutcomes[(int)outcome]);
        _acceptDuration.Record(duration.TotalSeconds);
    }

    internal void AcceptFailed() => _acceptRequests.Add(1, Unavailable);

    internal void RunStarted(TimeSpan delay) => _startDelay.Record(Math.Max(0, delay.TotalSeconds));

    internal void RunEnded(RunStatus status, TimeSpan duration) => _runDuration.Record(
        Math.Max(0, duration.TotalSeconds),
        status switch { RunStatus.Succeeded => Succeeded, RunStatus.Failed => Failed, _ => Cancelled });

    internal void StepRetried() => _retries.Add(1);

    internal void LeaseLost() => _leaseLosses.Add(1);

    internal void WriteFenced() => _fencingRejections.Add(1);

    internal void GroupCommitted(int size, TimeSpan duration)
    {
        _groupSize.Record(size);
        _groupDuration.Record(duration.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();

    private Histogram<double> Timer(string name, string description) =>
        _meter.CreateHistogram<double>(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });

    private static KeyValuePair<string, object?> Outcome(string name) => new(EngineTelemetry.OutcomeTag, name);

    private static string Name(AcceptOutcome outcome) => outcome switch
    {
        AcceptOutcome.Accepted => "accepted",
        AcceptOutcome.Duplicate => "duplicate",
        AcceptOutcome.NoBalance => "no_balance",
        AcceptOutcome.OverCap => "over_cap",
        AcceptOutcome.OverQuota => "over_quota",
        AcceptOutcome.SwitchedOff => "switched_off",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
