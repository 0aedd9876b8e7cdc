using System.Diagnostics;
using Npgsql;

namespace AutoForge.Bench.Throughput;

/// <summary>Reads what everybody involved has used up so far.</summary>
internal sealed class Meter(NpgsqlDataSource database, IReadOnlyList<int> serverProcesses, int postgresProcess)
{
    public async Task<Reading> ReadAsync(Observer observer)
    {
        // The processes first: what the questions to the database cost belongs to neither end of the window.
        var at = Stopwatch.GetTimestamp();
        var postgres = ProcessTimes.OfFamily(postgresProcess);
        var server = serverProcesses.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessTimes.Of(process));
        var (bench, machine) = (Environment.CpuUsage.TotalTime, MachineTimes.Busy());
        var looks = observer.Looks;

        // Sessions report their commits once a second; both ends of a window lag alike.
        await using var command = database.CreateCommand(
            """
            SELECT xact_commit, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint
            FROM pg_stat_database
            WHERE datname = current_database()
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Reading(at, server, postgres, bench, machine, reader.GetInt64(0) - looks, reader.GetInt64(1));
    }
}
