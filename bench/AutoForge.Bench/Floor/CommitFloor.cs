using System.Diagnostics;
using Npgsql;

namespace AutoForge.Bench.Floor;

/// <summary>How long one durable commit takes when nobody else commits: an idle system's run cannot act before two of them.</summary>
internal static class CommitFloor
{
    private const string Name = "bench_commits";

    /// <returns>Median in milliseconds, of one-row inserts one after the other.</returns>
    public static async Task<double> MeasureAsync(NpgsqlDataSource database, TimeSpan window)
    {
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(connection, $"CREATE TABLE {Name} (id uuid PRIMARY KEY)");
        try
        {
            await using var command = new NpgsqlCommand($"INSERT INTO {Name} VALUES (@id)", connection);
            var id = command.Parameters.Add(new NpgsqlParameter<Guid>("id", Guid.Empty));
            await command.PrepareAsync();
            var times = new List<double>();
            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < window;)
            {
                id.Value = Ids.NewId();
                var sent = Stopwatch.GetTimestamp();
                await command.ExecuteNonQueryAsync();
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
            return Throughput.Quantiles.Of(times).P50;
        }
        finally
        {
            await ExecuteAsync(connection, $"DROP TABLE {Name}");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
