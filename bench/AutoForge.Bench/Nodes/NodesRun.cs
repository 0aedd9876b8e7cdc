using System.Net;
using AutoForge.Bench.Throughput;
using AutoForge.Testing.Running;

namespace AutoForge.Bench.Nodes;

/// <summary>
/// The same load on one node and on two that share its database. All share the CPUs: two cannot be faster, and must not be slower.
/// The two are called for accounts of their own, as by a balancer that goes by the address of a webhook, and for the same ones.
/// Once with as many callers for each node as are asked for, and once with half of them.
/// </summary>
internal sealed class NodesRun(Stage stage, ServerProcess second, ThroughputOptions options, Report report)
{
    private const double SpeedOfOne = 0.9;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(1);

    private readonly Trial _trial = new(stage, options, second);
    private readonly List<Row> _rows = [];

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts);
        await using var second = await stage.StartSecondAsync();
        var run = new NodesRun(stage, second, options, report);
        return await run.MeasureAsync() ? 0 : 1;
    }

    private async Task<bool> MeasureAsync()
    {
        var callers = options.Connections[^1];

        // Both nodes compile their hot code; that measurement is thrown away.
        await BothAsync(callers, "", stage.Hooks, stage.Hooks);
        report.Begin();
        var full = await CompareAsync(2 * callers);
        var half = await CompareAsync(callers);

        report.Line();
        Judge(2 * callers, full);
        Judge(callers, half);
        return await Proof.CheckAsync(stage, _rows, report);
    }

    /// <summary>In turn, since machines have neighbours.</summary>
    private async Task<(double Apart, double Same)> CompareAsync(int callers)
    {
        Hook[] firstHalf = [.. stage.Hooks.Take(stage.Hooks.Count / 2)], secondHalf = [.. stage.Hooks.Skip(stage.Hooks.Count / 2)];
        var (alone, apart, same) = (new List<Row>(), new List<Row>(), new List<Row>());
        for (var round = 0; round < options.Rounds; round++)
        {
            alone.Add(Keep(await _trial.LoadAsync(callers)));
            report.Print(alone[^1]);
            apart.Add(await BothAsync(callers, "apart", firstHalf, secondHalf));
            report.Print(apart[^1]);
            same.Add(await BothAsync(callers, "same", stage.Hooks, stage.Hooks));
            report.Print(same[^1]);
        }
        return (MedianRatio(apart, alone), MedianRatio(same, alone));
    }

    /// <summary>Calls of the same plan are measured together, whoever makes them.</summary>
    private async Task<Row> BothAsync(int callers, string accounts, IReadOnlyList<Hook> ofFirst, IReadOnlyList<Hook> ofSecond)
    {
        var half = new LoadPlan(callers / 2) { SendsKeys = options.SendsKeys };
        await using var other = new Load(new IPEndPoint(IPAddress.Loopback, second.Address.Port), ofSecond, stage.Flights, half);
        return Keep(await _trial.MeasureAsync(half, $"2x{callers / 2} {accounts}", _ => other.StopAsync(DrainLimit), ofFirst));
    }

    private void Judge(int callers, (double Apart, double Same) ratios)
    {
        var what = $"charged runs/s of two nodes with {callers / 2} callers each, of one with all {callers}";
        report.Judge($"{what}, accounts of their own", ratios.Apart, isLeast: true, SpeedOfOne);
        report.Judge($"{what}, the same accounts", ratios.Same, isLeast: true, SpeedOfOne);
    }

    private Row Keep(Row row)
    {
        _rows.Add(row);
        return row;
    }

    /// <summary>Of rows that were measured one after the other: a machine that changes its speed changes both.</summary>
    private static double MedianRatio(IEnumerable<Row> rows, IEnumerable<Row> besides) =>
        Quantiles.Of([.. rows.Zip(besides, (row, beside) => row.Charged / beside.Charged)]).P50;
}
