using System.Diagnostics;
using AutoForge.Bench.Throughput;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Bench.Floor;

/// <summary>
/// What the database takes for the rows of a run when nothing else is done: same server, same schema in a database of its own,
/// set-based prepared statements, and the three commits that a run cannot do without (accepted, about to act, settled),
/// shared by a batch of runs.
/// </summary>
internal sealed class RowsFloor(string connectionString, int postgresProcess)
{
    private const string DatabaseName = "bench_floor";
    private const int Writers = 2;

    public static string NameOf(int batch) => $"rows, batches of {batch}";

    /// <summary>Two writers with an account each, so that neither waits for the other.</summary>
    public async Task<FloorRow> MeasureAsync(int batch, TimeSpan warmUp, TimeSpan window)
    {
        await ExecuteAsync($"CREATE DATABASE {DatabaseName}");
        try
        {
            var own = new NpgsqlConnectionStringBuilder(connectionString) { Database = DatabaseName }.ConnectionString;
            await using var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = own }, NullLoggerFactory.Instance, CancellationToken.None);
            return await MeasureAsync(database, batch, warmUp, window);
        }
        finally
        {
            await ExecuteAsync($"DROP DATABASE {DatabaseName} WITH (FORCE)");
        }
    }

    private async Task<FloorRow> MeasureAsync(Database database, int batch, TimeSpan warmUp, TimeSpan window)
    {
        using var stop = new CancellationTokenSource();
        RowsWriter[] writers = [.. Enumerable.Range(0, Writers).Select(_ => new RowsWriter(database.DataSource, batch))];
        var writing = Task.WhenAll(writers.Select(w => Task.Run(() => w.RunAsync(stop.Token))));

        await Task.WhenAny(writing, Task.Delay(warmUp));
        var (begin, runsBefore, cpuBefore, benchBefore) =
            (Stopwatch.GetTimestamp(), writers.Sum(w => w.Runs), ProcessTimes.OfFamily(postgresProcess), Environment.CpuUsage.TotalTime);
        await Task.WhenAny(writing, Task.Delay(window));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var runs = writers.Sum(w => w.Runs) - runsBefore;
        var (postgres, bench) = (ProcessTimes.OfFamily(postgresProcess) - cpuBefore, Environment.CpuUsage.TotalTime - benchBefore);

        await stop.CancelAsync();
        await writing;
        return new FloorRow(NameOf(batch), runs / seconds, postgres.TotalMilliseconds / runs, bench.TotalMilliseconds / runs);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
