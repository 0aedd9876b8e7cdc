using System.Net;
using AutoForge.Bench.Throughput;
using AutoForge.Testing.Running;

namespace AutoForge.Bench.Nodes;

/// <summary>
/// The same load on one node and on two that share its database. All share the CPUs: two cannot be faster, and must not be slower.
/// Once with as many callers for each node as are asked for, and once with half of them.
/// </summary>
internal sealed class NodesRun(Stage stage, ServerProcess second, ThroughputOptions options, Report report)
{
    private const double SpeedOfOne = 0.9;
    private const int Rounds = 3;
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
        await BothAsync(callers);
        report.Begin();
        var full = await CompareAsync(2 * callers);
        var half = await CompareAsync(callers);

        report.Line();
        report.Judge($"charged runs/s of two nodes with {callers} callers each, of one with all {2 * callers}, medians", full, isLeast: true, SpeedOfOne);
        report.Judge($"charged runs/s of two nodes with {callers / 2} callers each, of one with all {callers}, medians", half, isLeast: true, SpeedOfOne);
        return await Proof.CheckAsync(stage, _rows, report);
    }

    /// <summary>In turn, since machines have neighbours.</summary>
    private async Task<double> CompareAsync(int callers)
    {
        var (alone, together) = (new List<Row>(), new List<Row>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(Keep(await _trial.LoadAsync(callers)));
            report.Print(alone[^1]);
            together.Add(await BothAsync(callers));
            report.Print(together[^1]);
        }
        return Median(together) / Median(alone);
    }

    /// <summary>Calls of the same plan are measured together, whoever makes them.</summary>
    private async Task<Row> BothAsync(int callers)
    {
        var half = new LoadPlan(callers / 2) { SendsKeys = options.SendsKeys };
        await using var other = new Load(new IPEndPoint(IPAddress.Loopback, second.Address.Port), stage.Hooks, stage.Flights, half);
        return Keep(await _trial.MeasureAsync(half, $"2 x {callers / 2}", _ => other.StopAsync(DrainLimit)));
    }

    private Row Keep(Row row)
    {
        _rows.Add(row);
        return row;
    }

    private static double Median(IEnumerable<Row> rows) => Quantiles.Of([.. rows.Select(r => r.Charged)]).P50;
}
