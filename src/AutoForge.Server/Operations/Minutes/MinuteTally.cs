using AutoForge.Engine.Telemetry;
using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>Finds in the instruments what a minute's row says.</summary>
internal static class MinuteTally
{
    private const string Outcome = "autoforge.outcome";
    private const string Pool = "db.client.connection.pool.name";
    private const string PoolState = "db.client.connection.state";
    private static readonly string[] Refusals = ["no_balance", "over_cap", "over_quota"];

    /// <summary>Totals since the start of the process, and states as they are.</summary>
    public static NodeMinute Totals(IReadOnlyList<MetricFamily> families)
    {
        var (accepts, runs) = (Series("autoforge.accept.requests"), Series("autoforge.run.duration"));
        var groups = Series("autoforge.group.size");
        return new NodeMinute
        {
            Accepted = Sum(accepts.Where(s => s.Has(Outcome, "accepted"))),
            Refused = Sum(accepts.Where(s => Refusals.Any(refusal => s.Has(Outcome, refusal)))),
            Unavailable = Sum(Series("autoforge.http.unavailable")),
            Succeeded = Count(runs.Where(s => s.Has(Outcome, "succeeded"))),
            Failed = Count(runs.Where(s => s.Has(Outcome, "failed"))),
            Cancelled = Count(runs.Where(s => s.Has(Outcome, "cancelled"))),
            Retries = Sum(Series("autoforge.step.retries")),
            LeasesLost = Sum(Series("autoforge.lease.losses")),
            WritesFenced = Sum(Series("autoforge.fencing.rejections")),
            WebhookFailures = Sum(Series("autoforge.webhook.failures")),
            GroupCommits = Count(groups),
            GroupWrites = Sum(groups),
            AcceptTimes = Times(Series("autoforge.accept.duration")),
            RunTimes = Times(runs.Where(s => !s.Has(Outcome, "cancelled"))),
            QueueDepth = (long?)State("autoforge.queue.depth"),
            QueueParked = (long?)State("autoforge.queue.parked"),
            QueueAgeSeconds = State("autoforge.queue.age"),
            PoolUsed = (int?)Of("db.client.connection.count", s => s.Has(Pool, "autoforge") && s.Has(PoolState, "used")),
            PoolMax = (int?)Of("db.client.connection.max", s => s.Has(Pool, "autoforge")),
            DiskFreeBytes = (long?)State("autoforge.disk.free"),
            DiskBytes = (long?)State("autoforge.disk.size"),
        };

        IReadOnlyList<MetricSeries> Series(string name) => families.FirstOrDefault(f => f.Name == name)?.Series ?? [];

        double? State(string name) => Of(name, _ => true);

        double? Of(string name, Func<MetricSeries, bool> which) => Series(name).FirstOrDefault(which)?.Value;
    }

    private static long Sum(IEnumerable<MetricSeries> series) => (long)series.Sum(s => s.Value);

    private static long Count(IEnumerable<MetricSeries> series) => series.Sum(s => s.Buckets.Sum(b => b.Count));

    private static Durations Times(IEnumerable<MetricSeries> series) =>
        series.Aggregate(Durations.None, (sum, s) => sum.Plus(Durations.Of([.. s.Buckets.Select(b => b.Count)])));
}
