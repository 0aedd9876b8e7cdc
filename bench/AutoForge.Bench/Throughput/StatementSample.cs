using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace AutoForge.Bench.Throughput;

/// <summary>
/// Counts statements while the load goes on, after the window: for a moment the database logs one in twenty of what it
/// executes, through the server's own log. (The embedded PostgreSQL comes without pg_stat_statements.)
/// </summary>
internal sealed partial class StatementSample
{
    private const int OneIn = 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    // A change of settings reaches every session after its current statement.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private StatementSample(long begin, long end, IReadOnlyList<StatementTime> times)
    {
        Begin = begin;
        End = end;
        Times = times;
    }

    public long Begin { get; }
    public long End { get; }

    /// <summary>Executed by everybody but the observer between begin and end, estimated.</summary>
    public int Statements => Times.Sum(t => t.Count);

    /// <summary>By the first line of the statement, the longest in total first.</summary>
    public IReadOnlyList<StatementTime> Times { get; }

    public static async Task<StatementSample> TakeAsync(Stage stage, Load load)
    {
        await SetAsync(stage.Database, "ALTER SYSTEM SET log_min_duration_sample = 0");
        await SetAsync(stage.Database, string.Create(CultureInfo.InvariantCulture, $"ALTER SYSTEM SET log_statement_sample_rate = {1.0 / OneIn}"));
        await SetAsync(stage.Database, "SELECT pg_reload_conf()");
        await load.GoOnAsync(Settling);

        var skip = stage.Server.Output.Length;
        var begin = Stopwatch.GetTimestamp();
        await load.GoOnAsync(Length);
        var end = Stopwatch.GetTimestamp();
        var output = stage.Server.Output[skip..];

        await SetAsync(stage.Database, "ALTER SYSTEM RESET ALL");
        await SetAsync(stage.Database, "SELECT pg_reload_conf()");
        return new StatementSample(begin, end, Read(output));
    }

    private static StatementTime[] Read(string output)
    {
        var times = new Dictionary<string, StatementTime>();
        foreach (Match match in Executed().Matches(output))
        {
            var statement = match.Groups["statement"].Value.Trim();
            // The observer's.
            if (statement == "SELECT a.id, a.last_entry_no, a.held_cents")
                continue;
            var before = times.GetValueOrDefault(statement) ?? new StatementTime(statement, 0, 0, 0);
            times[statement] = before with
            {
                Count = before.Count + OneIn,
                Unprepared = before.Unprepared + (match.Groups["name"].Value.StartsWith('_') ? 0 : OneIn),
                Milliseconds = before.Milliseconds + OneIn * double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture),
            };
        }
        return [.. times.Values.OrderByDescending(t => t.Milliseconds)];
    }

    private static async Task SetAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // Each line of the server's log says it twice: once as a message, once as what the message is made of. Names of prepared
    // statements begin with an underscore; the brackets of "<unnamed>" are escaped.
    [GeneratedRegex(""""Line":"LOG:  duration: (?<ms>[0-9.]+) ms  (?:execute (?<name>[^:]+)|statement): (?<statement>[^"\\]*)"""", RegexOptions.CultureInvariant)]
    private static partial Regex Executed();
}
