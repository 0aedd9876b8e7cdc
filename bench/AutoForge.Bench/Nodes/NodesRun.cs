using System.Net;
using AutoForge.Bench.Throughput;

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
        var before = await OneAsync();
        report.Print(before);
        var both = await BothAsync();
        report.Print(both);
        var after = await OneAsync();
        report.Print(after);

        report.Line("\nIn the row of both the server's CPU time is that of the first node, for the runs of both.");
        report.Judge("charged runs/s of two nodes together, of one alone", both.Charged / ((before.Charged + after.Charged) / 2), isLeast: true, SpeedOfOne);
        return await Proof.CheckAsync(stage, rows, report) ? 0 : 1;

        async Task<Row> OneAsync() => Keep(await trial.LoadAsync(options.Connections[^1]));

        // Calls of the same plan are measured together, whoever makes them.
        async Task<Row> BothAsync()
        {
            await using var other = new Load(new IPEndPoint(IPAddress.Loopback, second.Address.Port), stage.Hooks, stage.Flights, half);
            return Keep(await trial.MeasureAsync(half, "both", _ => other.StopAsync(DrainLimit)));
        }

        Row Keep(Row row)
        {
            rows.Add(row);
            return row;
        }
    }
}
