using AutoForge.Bench.Floor;
using AutoForge.Bench.Profiling;

namespace AutoForge.Bench.Throughput;

/// <summary>
/// The way of a run at full speed: webhook, accepted durably, one HTTP request to a local target, run, steps, journal and
/// charge durable. Server, database, load and target share the machine.
/// </summary>
internal static class ThroughputRun
{
    private const int TopMethods = 60;
    private static readonly TimeSpan ProfileLength = TimeSpan.FromSeconds(8);

    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts);
        var trial = new Trial(stage, options);
        var rows = new List<Row>();

        // Compiles the server's hot code and is thrown away.
        rows.Add(await trial.LoadAsync(options.Connections[^1]));

        report.Begin();
        foreach (var (index, connections) in options.Connections.Index())
        {
            var isLast = index == options.Connections.Count - 1;
            rows.Add(await trial.LoadAsync(connections, isLast && options.ProfileFile is { } path ? load => ProfileAsync(stage, load, path) : null));
            report.Print(rows[^1]);
        }
        var (most, idle) = (rows[^1], await trial.IdleAsync());
        rows.Add(idle);
        report.Print(idle);
        report.PrintMemory(rows);
        report.PrintStatements(most);
        report.PrintStatements(idle);

        var floor = options.MeasuresFloor ? await FloorRun.MeasureAsync(stage, options) : null;
        if (floor is not null)
            report.PrintFloor(floor, most, idle);
        Verdict.Print(rows, floor, report);
        return await Proof.CheckAsync(stage, rows, report) ? 0 : 1;
    }

    private static async Task ProfileAsync(Stage stage, Load load, string path)
    {
        var profile = await CpuProfile.TakeAsync(stage.Server.ProcessId, () => load.GoOnAsync(ProfileLength));
        await using var file = File.CreateText(path);
        profile.Write(file, TopMethods);
    }
}
