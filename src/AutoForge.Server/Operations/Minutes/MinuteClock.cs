using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>Stores at the end of each minute what this node did in it, and reads what is true of all nodes.</summary>
internal sealed class MinuteClock(
    MetricReading reading, MinuteTable table, LedgerCheckTable checks, ServerMetrics metrics, TimeProvider time, ILogger<MinuteClock> logger)
    : BackgroundService
{
    // An hour: what the page shows. A longer outage of the database leaves a gap.
    private const int MostWaiting = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    private readonly Queue<NodeMinute> _waiting = [];
    private NodeMinute _told = new();
    private DateTimeOffset _minute;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (_minute = Start(time.GetUtcNow()); ; _minute = Later(_minute + Minute, Start(time.GetUtcNow())))
        {
            var rest = _minute + Minute - time.GetUtcNow();
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            await TryTellAsync(_minute, stoppingToken);
        }
    }

    /// <summary>Tells the last minute as far as it came: within a moment, whatever time the server has left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var moment = new CancellationTokenSource(LastMoment, time);
        await TryTellAsync(_minute, moment.Token);
    }

    /// <summary>Stores what came since it was last called as the row of this minute.</summary>
    internal async Task TellAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var totals = MinuteTally.Totals(reading.Take());
        _waiting.Enqueue(totals.Since(_told) with { Minute = minute });
        _told = totals;
        if (_waiting.Count > MostWaiting)
            _waiting.Dequeue();

        await table.AddAsync([.. _waiting], cancellationToken);
        _waiting.Clear();
        var (nodes, bytes) = await table.ClusterAsync(cancellationToken);
        var check = await checks.LastAsync(cancellationToken);
        metrics.Cluster = new ClusterFacts(nodes, check?.Violations, check?.EndedAt, bytes);
    }

    private async Task TryTellAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(minute, cancellationToken);
        }
        // The loop's edge: rows that could not be stored wait for the next minute.
        catch (Exception e)
        {
            metrics.Cluster = null;
            Log.MinuteNotStored(logger, e);
        }
    }

    private static DateTimeOffset Start(DateTimeOffset now) => new(now.Ticks - now.Ticks % Minute.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
