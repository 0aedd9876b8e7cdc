using System.Diagnostics.Metrics;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Hosting;

namespace AutoForge.Engine.Telemetry;

/// <summary>
/// How long the queue is and how late. Measured every few seconds while somebody listens, never per reader; every node measures
/// the whole queue.
/// </summary>
internal sealed class QueueGauges(EngineMetrics metrics, Database database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    // Counting must not become the load that it is to tell of.
    private const int MostCounted = 100_000;

    private ObservableGauge<int>? _up;
    private volatile Lengths? _last;
    private volatile bool _isUp = true;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = metrics.Meter;
        meter.CreateObservableGauge("autoforge.queue.depth", () => Told(l => l.Due), "{job}", $"Jobs that are due and wait for a worker; at most {MostCounted} are counted.");
        meter.CreateObservableGauge("autoforge.queue.parked", () => Told(l => l.Parked), "{job}", $"Jobs that wait for a place of their account; at most {MostCounted} are counted.");
        meter.CreateObservableGauge("autoforge.queue.age", () => Told(l => l.Age), "s", "How long the oldest due job waits.");
        _up = meter.CreateObservableGauge("autoforge.database.up", () => _isUp ? 1 : 0, "{database}", "1 while the database answers this node.");
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                if (_up!.Enabled)
                    await MeasureAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            _last = await ReadAsync(limit.Token);
            _isUp = true;
        }
        // The answer is the failure: what is not known is not told.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            _last = null;
            _isUp = false;
        }
    }

    private async Task<Lengths> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // The index on due_at answers all three. Jobs under way are due when their lease ends, so they do not count.
        command.CommandText =
            $"""
            SELECT (SELECT COUNT(*) FROM (SELECT FROM jobs WHERE due_at <= now() LIMIT {MostCounted}) AS due),
                   (SELECT COUNT(*) FROM (SELECT FROM jobs WHERE due_at = 'infinity' LIMIT {MostCounted}) AS parked),
                   (SELECT extract(epoch FROM now() - due_at)::float8 FROM jobs WHERE due_at <= now() ORDER BY due_at LIMIT 1)
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Lengths(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? 0 : reader.GetDouble(2));
    }

    private IEnumerable<Measurement<T>> Told<T>(Func<Lengths, T> of) where T : struct =>
        _last is { } last ? [new Measurement<T>(of(last))] : [];

    private sealed record Lengths(long Due, long Parked, double Age);
}
