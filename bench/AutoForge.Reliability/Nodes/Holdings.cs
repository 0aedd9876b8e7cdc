using System.Globalization;
using Npgsql;

namespace AutoForge.Reliability.Nodes;

/// <summary>What the nodes of a cluster hold together at a moment, and what waits in their queue.</summary>
internal sealed record Holdings(long MemoryMiB, long Handles, long Threads, long Connections, long Jobs)
{
    public static IReadOnlyList<(string Name, Func<Holdings, long> Value)> Kinds { get; } =
    [
        ("memoryMiB", h => h.MemoryMiB), ("handles", h => h.Handles), ("threads", h => h.Threads),
        ("connections", h => h.Connections), ("jobs", h => h.Jobs),
    ];

    public static async Task<Holdings> LookAsync(Cluster cluster)
    {
        await using var command = cluster.Postgres.Source.CreateCommand(
            """
            SELECT (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'autoforge%'),
                   (SELECT COUNT(*) FROM jobs)
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var processes = cluster.Nodes.Select(node => $"/proc/{node.ProcessId.ToString(CultureInfo.InvariantCulture)}").ToArray();
        return new Holdings(
            processes.Sum(process => Status(process, "VmRSS")) / 1024,
            processes.Sum(process => Directory.GetFileSystemEntries($"{process}/fd").Length),
            processes.Sum(process => Status(process, "Threads")),
            reader.GetInt64(0), reader.GetInt64(1));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{MemoryMiB} MiB, {Handles} handles, {Threads} threads, {Connections} connections, {Jobs} jobs");

    private static long Status(string process, string name)
    {
        var line = File.ReadLines($"{process}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
