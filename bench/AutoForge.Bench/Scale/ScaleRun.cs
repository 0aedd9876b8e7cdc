using System.Diagnostics;
using System.Globalization;
using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Scale;

/// <summary>The speed of a large installation, as a part of that of an empty one: much history, many accounts, and retention at work.</summary>
/// <remarks>Both stand side by side and are measured in turn, so that a machine whose speed changes is no advantage for either.</remarks>
internal static class ScaleRun
{
    private const double SpeedOfEmpty = 0.9;
    private const int Rounds = 3;
    private const int SpreadAccounts = 64;
    private const int KeptDays = 60;
    private static readonly TimeSpan SweepsEvery = TimeSpan.FromMinutes(1);

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(int runs, ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var empty = await Stage.SetAsync(options.Accounts);
        await using var full = await Stage.SetAsync(options.Accounts, ("AutoForge__Retention__EveryMinutes", "1"));
        var history = new History(full, runs);
        await FillAsync(history, full, runs, report);

        var plan = new LoadPlan(options.Connections[^1]) { SendsKeys = options.SendsKeys };
        var (emptyRows, fullRows) = (new List<Row>(), new List<Row>());
        // The first measurement of each compiles the server's hot code and is thrown away.
        await MeasureAsync(empty, emptyRows, "empty", plan, options);
        await MeasureAsync(full, fullRows, "full", plan, options);
        var (emptySpeeds, fullSpeeds) = (new List<double>(), new List<double>());
        report.Begin();
        for (var round = 0; round < Rounds; round++)
        {
            emptySpeeds.Add(await AddAsync(empty, emptyRows, "empty", plan, options));
            fullSpeeds.Add(await AddAsync(full, fullRows, "full", plan, options));
        }

        var (own, spread) = (full.Hooks, history.Hooks(SpreadAccounts));
        full.Hooks = [.. own, .. spread];
        await AddAsync(full, fullRows, "spread", plan, options, spread);
        full.Hooks = own;
        var kept = await ClearedAsync(full);
        await history.KeepLessAsync(KeptDays);
        var sweeping = await AddAsync(full, fullRows, "sweeping", plan, options with { WarmUp = SweepsEvery + options.WarmUp });
        var cleared = await ClearedAsync(full) - kept;

        report.Line();
        report.Judge("charged runs/s of the full one, of the empty one", fullSpeeds.Sum() / emptySpeeds.Sum(), isLeast: true, SpeedOfEmpty);
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"retention cleared {cleared:n0} runs meanwhile; {sweeping / fullSpeeds.Average():0.00} of the speed without"));

        var begin = Stopwatch.GetTimestamp();
        var isGood = await Proof.CheckAsync(full, fullRows, report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"ledger verify took {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s."));
        return isGood & await Proof.CheckAsync(empty, emptyRows, report) ? 0 : 1;

        async Task<double> AddAsync(
            Stage stage, List<Row> rows, string name, LoadPlan what, ThroughputOptions how, IReadOnlyList<Hook>? hooks = null)
        {
            await MeasureAsync(stage, rows, name, what, how, hooks);
            report.Print(rows[^1]);
            return rows[^1].Charged;
        }
    }

    private static async Task MeasureAsync(
        Stage stage, List<Row> rows, string name, LoadPlan plan, ThroughputOptions options, IReadOnlyList<Hook>? hooks = null) =>
        rows.Add(await new Trial(stage, options).MeasureAsync(plan, name, afterWindow: null, hooks));

    private static async Task FillAsync(History history, Stage stage, int runs, Report report)
    {
        var begin = Stopwatch.GetTimestamp();
        await history.WriteAsync();
        var (seconds, size) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, await NumberAsync(stage, "SELECT pg_database_size(current_database())"));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"{runs:n0} runs of {history.Accounts:n0} accounts and workflows written in {seconds:0} s; the database has {size >> 30} GiB\n"));
    }

    /// <summary>Inputs that have been deleted so far: one for each run that retention has cleared.</summary>
    private static Task<long> ClearedAsync(Stage stage) => NumberAsync(stage, "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'run_inputs'");

    private static async Task<long> NumberAsync(Stage stage, string sql)
    {
        await using var command = stage.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
