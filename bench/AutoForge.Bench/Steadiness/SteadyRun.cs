using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Steadiness;

/// <summary>What the speed is when something is in its way, as a part of what it was a moment before and is a moment after.</summary>
internal static class SteadyRun
{
    private const string LunchRow = "lunch";
    private const string FloodRow = "flooded";
    private const int FloodCallers = 48;
    private const int OtherCallers = 8;
    private const double SpeedBesideIdleTransaction = 0.85;
    private const double DelayBesideFlood = 2;
    private static readonly TimeSpan Lunch = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(3);

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts);
        var rows = new List<Row> { await new Trial(stage, options).LoadAsync(options.Connections[^1]) };
        report.Begin();

        var idle = await BesideIdleTransactionAsync(stage, options, Add);
        // Whether a p99 shows what the transaction left behind, or the files of a new log, would hang on chance and not on who floods.
        await stage.TidyAsync();
        var flood = await BesideFloodAsync(stage, options, Add);
        report.Line();
        report.Judge("charged runs/s beside a transaction held open for a minute, of those without", idle, isLeast: true, SpeedBesideIdleTransaction);
        report.Judge("p99 to action beside an account that floods, of that without", flood, isLeast: false, DelayBesideFlood);
        foreach (var row in rows.Where(r => r.Name is LunchRow or FloodRow).DistinctBy(r => r.Name))
            report.PrintStatements(row);
        report.Line();
        return await Proof.CheckAsync(stage, rows, report) ? 0 : 1;

        Row Add(Row row)
        {
            rows.Add(row);
            report.Print(row);
            return row;
        }
    }

    private static async Task<double> BesideIdleTransactionAsync(Stage stage, ThroughputOptions options, Func<Row, Row> add)
    {
        var callers = options.Connections[^1];
        var before = add(await new Trial(stage, options).LoadAsync(callers));
        Row beside;
        await using (await IdleTransaction.BeginAsync(stage.Database))
        {
            // The window is the last part of the minute.
            var trial = new Trial(stage, options with { WarmUp = Lunch - options.Window });
            beside = add(await trial.MeasureAsync(new LoadPlan(callers) { SendsKeys = options.SendsKeys }, LunchRow, afterWindow: null));
        }
        var after = add(await new Trial(stage, options).LoadAsync(callers));
        return beside.Charged / ((before.Charged + after.Charged) / 2);
    }

    /// <summary>The first account calls without waiting for its runs; the others go on as before. In turn, since machines have neighbours.</summary>
    /// <returns>The median of the rounds.</returns>
    private static async Task<double> BesideFloodAsync(Stage stage, ThroughputOptions options, Func<Row, Row> add)
    {
        var others = new LoadPlan(OtherCallers);
        Hook[] theirs = [.. stage.Hooks.Skip(1)];
        var trial = new Trial(stage, options);
        var ratios = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var alone = add(await trial.MeasureAsync(others, "alone", afterWindow: null, theirs));
            await using var flood = new Load(
                stage.Address, [stage.Hooks[0]], stage.Flights, new LoadPlan(FloodCallers) { WaitsForLanding = false });
            var beside = add(await trial.MeasureAsync(others, FloodRow, _ => flood.StopAsync(DrainLimit), theirs));
            ratios.Add(beside.ToAction.P99 / alone.ToAction.P99);
        }
        return Quantiles.Of([.. ratios]).P50;
    }
}
