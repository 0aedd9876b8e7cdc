using System.Diagnostics;
using System.Globalization;
using AutoForge.Bench.Floor;
using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Scale;

/// <summary>The speed of a large installation, as a part of that of an empty one: much history, many accounts, and retention at work.</summary>
internal static class ScaleRun
{
    private const double SpeedOfEmpty = 0.9;
    private const int FloorBatch = 32;
    private const int SpreadAccounts = 64;
    private const int KeptDays = 60;
    private static readonly TimeSpan SweepsEvery = TimeSpan.FromMinutes(1);

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(int runs, ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts, ("AutoForge__Retention__EveryMinutes", "1"));
        var history = new History(stage, runs);
        var floor = new RowsFloor(stage.ConnectionString, stage.PostgresProcess);
        var callers = options.Connections[^1];
        var rows = new List<Row> { await new Trial(stage, options).LoadAsync(callers) };
        report.Begin();

        var empty = await AddAsync(new LoadPlan(callers), "empty", options);
        var emptyFloor = await FloorAsync();

        var begin = Stopwatch.GetTimestamp();
        await history.WriteAsync();
        var (seconds, size) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, await SizeAsync(stage));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"         {runs:n0} runs of {history.Accounts:n0} accounts and workflows written in {seconds:0} s; the database has {size >> 30} GiB"));

        var full = await AddAsync(new LoadPlan(callers), "full", options);
        var fullFloor = await FloorAsync();
        var spread = history.Hooks(SpreadAccounts);
        stage.Hooks = [.. stage.Hooks, .. spread];
        await AddAsync(new LoadPlan(callers) { Hooks = spread }, "spread", options);

        var kept = await ClearedAsync(stage);
        await KeepLessAsync(stage, history);
        var sweeping = await AddAsync(new LoadPlan(callers) { Hooks = [.. stage.Hooks.Take(options.Accounts)] }, "sweeping", options with { WarmUp = SweepsEvery + options.WarmUp });
        var cleared = await ClearedAsync(stage) - kept;

        report.Line();
        var scale = (full.Charged / fullFloor.PerSecond) / (empty.Charged / emptyFloor.PerSecond);
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"bare rows in batches of {FloorBatch}, in a database of their own: {emptyFloor.PerSecond:0}/s beside the empty one, {fullFloor.PerSecond:0}/s beside the full one"));
        report.Line(string.Create(CultureInfo.InvariantCulture, $"retention cleared {cleared:n0} runs meanwhile; {sweeping.Charged / full.Charged:0.00} of the speed without"));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"{(scale >= SpeedOfEmpty ? "met    " : "NOT MET")}  charged runs/s of the full one, of the empty one, each to its floor: {scale:0.00} ({full.Charged / empty.Charged:0.00} as measured), wanted at least {SpeedOfEmpty:0.00}"));

        begin = Stopwatch.GetTimestamp();
        var isGood = await Proof.CheckAsync(stage, rows, report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"ledger verify took {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s."));
        return isGood ? 0 : 1;

        async Task<Row> AddAsync(LoadPlan plan, string name, ThroughputOptions how)
        {
            rows.Add(await new Trial(stage, how).MeasureAsync(plan with { SendsKeys = how.SendsKeys }, name, afterWindow: null));
            report.Print(rows[^1]);
            return rows[^1];
        }

        Task<FloorRow> FloorAsync() => floor.MeasureAsync(FloorBatch, options.WarmUp / 3, options.Window);
    }

    /// <summary>One account in ten keeps less than it has from now on.</summary>
    private static async Task KeepLessAsync(Stage stage, History history)
    {
        await using var command = stage.Database.CreateCommand(
            """
            INSERT INTO account_limits (account_id, retention_days)
            SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, @days
            FROM generate_series(10, @accounts, 10) AS n
            """);
        command.Parameters.AddWithValue("days", KeptDays);
        command.Parameters.AddWithValue("accounts", history.Accounts);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Inputs that have been deleted so far: one for each run that retention has cleared.</summary>
    private static Task<long> ClearedAsync(Stage stage) => NumberAsync(stage, "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'run_inputs'");

    private static Task<long> SizeAsync(Stage stage) => NumberAsync(stage, "SELECT pg_database_size(current_database())");

    private static async Task<long> NumberAsync(Stage stage, string sql)
    {
        await using var command = stage.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
