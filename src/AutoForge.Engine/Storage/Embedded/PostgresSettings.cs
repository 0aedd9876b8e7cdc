namespace AutoForge.Engine.Storage.Embedded;

/// <summary>
/// The settings of the embedded server, given on its command line so that they follow the program and not the age of the
/// cluster. What is not named keeps PostgreSQL's default.
/// </summary>
internal static class PostgresSettings
{
    private static readonly Dictionary<string, string> Defaults = new()
    {
        // Durability; PostgreSQL's own defaults, said here because everything rests on them.
        ["fsync"] = "on",
        ["full_page_writes"] = "on",
        ["synchronous_commit"] = "on",

        // Nobody but us, and nothing over the network.
        ["listen_addresses"] = "",
        ["port"] = "5432",
        ["unix_socket_permissions"] = "0700",

        ["max_connections"] = "100",
        ["shared_buffers"] = SharedBuffers(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        ["wal_compression"] = "on",
        // A checkpoint by time rather than by volume: after each, every page that changes is logged whole once.
        ["max_wal_size"] = "4GB",
        // Files of the log that are there already are written over. A new one is zeros first, and nothing is committed meanwhile.
        // So those that a busy hour has needed are kept for the next.
        ["min_wal_size"] = "1GB",

        // A transaction that is held open keeps dead rows alive and slows the queue for everyone.
        ["idle_in_transaction_session_timeout"] = "60s",

        // Short statements on a disk without a head; compiling them costs more than running them.
        ["jit"] = "off",
        ["random_page_cost"] = "1.1",

        // The queue turns over in seconds.
        ["autovacuum_naptime"] = "15s",

        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",

        // An error goes to whoever sent the statement. In the log it would show data.
        ["log_min_messages"] = "log",
        ["log_min_error_statement"] = "panic",
        ["log_error_verbosity"] = "terse",
        ["log_checkpoints"] = "off",
        ["log_line_prefix"] = "",
    };

    public static IReadOnlyList<string> CommandLine(
        PostgresBinaries binaries, PostgresDirectory directory, IReadOnlyDictionary<string, string> overrides)
    {
        var settings = new Dictionary<string, string>(Defaults) { ["unix_socket_directories"] = Quote(directory.SocketDirectory) };
        foreach (var (name, value) in overrides)
            settings[name] = value;

        return [binaries.Postgres, "-D", directory.Cluster, .. settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })];
    }

    /// <summary>
    /// An eighth of the memory, from 128 MB to 1 GB. Runs fill pages all the time; when none is free, the session that needs
    /// one writes another out first, while everybody waits for it.
    /// </summary>
    internal static string SharedBuffers(long memoryBytes) => $"{Math.Clamp(memoryBytes / 8 / (1024 * 1024), 128, 1024)}MB";

    /// <summary>The value is a list, separated by commas.</summary>
    private static string Quote(string path) => $"\"{path.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
