using System.Globalization;
using System.Net;
using AutoForge.Bench.Throughput;
using AutoForge.Testing.Running;

namespace AutoForge.Bench.Nodes;

/// <summary>The same load on one node and on two that share its database. All share the CPUs: two cannot be faster, and must not be slower.</summary>
internal static class NodesRun
{
    private const double SpeedOfOne = 0.9;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(1);

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts);
        await using var second = await stage.StartSecondAsync();
        var trial = new Trial(stage, options);
        var half = new LoadPlan(options.Connections[^1] / 2) { SendsKeys = options.SendsKeys };
        var rows = new List<Row>();

        // Both nodes compile their hot code; that measurement is thrown away.
        await BothAsync();
        report.Begin();
        var before = Add(await OneAsync());
        var both = Add(await BothAsync());
        var after = Add(await OneAsync());

        var ratio = both.Charged / ((before.Charged + after.Charged) / 2);
        report.Line("\nIn the row of both the server's CPU time is that of the first node, for the runs of both.");
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"{(ratio >= SpeedOfOne ? "met    " : "NOT MET")}  charged runs/s of two nodes together, of one alone: {ratio:0.00}, wanted at least {SpeedOfOne:0.00}"));
        return await Proof.CheckAsync(stage, rows, report) ? 0 : 1;

        Row Add(Row row)
        {
            report.Print(row);
            return row;
        }

        async Task<Row> OneAsync()
        {
            var row = await trial.LoadAsync(options.Connections[^1]);
            rows.Add(row);
            return row;
        }

        // Calls of the same plan are measured together, whoever makes them.
        async Task<Row> BothAsync()
        {
            await using var other = new Load(new IPEndPoint(IPAddress.Loopback, second.Address.Port), stage.Hooks, stage.Flights, half);
            var row = await trial.MeasureAsync(half, "both", _ => other.StopAsync(DrainLimit));
            rows.Add(row);
            return row;
        }
    }
}
