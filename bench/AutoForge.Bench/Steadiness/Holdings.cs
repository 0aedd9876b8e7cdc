using System.Globalization;
using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Steadiness;

/// <summary>What the server holds at a moment.</summary>
internal sealed record Holdings(long MemoryMiB, long Handles, long Threads, long Connections, long Jobs)
{
    public static IReadOnlyList<(string Name, Func<Holdings, long> Value)> Figures { get; } =
    [
        ("resident memory, MiB", h => h.MemoryMiB), ("file handles", h => h.Handles), ("threads", h => h.Threads),
        ("database connections", h => h.Connections), ("jobs in the queue", h => h.Jobs),
    ];

    public static async Task<Holdings> LookAsync(Stage stage)
    {
        var process = $"/proc/{stage.Server.ProcessId}";
        await using var command = stage.Database.CreateCommand(
            """
            SELECT (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'autoforge%'),
                   (SELECT COUNT(*) FROM jobs)
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Holdings(
            Status("VmRSS") / 1024, Directory.GetFileSystemEntries($"{process}/fd").Length, Status("Threads"), reader.GetInt64(0), reader.GetInt64(1));

        long Status(string name)
        {
            var line = File.ReadLines($"{process}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
            return long.Parse(line.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{MemoryMiB,11} {Handles,8} {Threads,8} {Connections,12} {Jobs,5}");
}
