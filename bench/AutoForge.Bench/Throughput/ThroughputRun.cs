namespace AutoForge.Bench.Throughput;

/// <summary>
/// The way of a run at full speed: webhook, accepted durably, one HTTP request to a local target, run, steps, journal and
/// charge durable. Server, database, load and target share the machine.
/// </summary>
internal static class ThroughputRun
{
    /// <returns>0 when every promise was kept, whatever the figures; otherwise 1.</returns>
    public static async Task<int> RunAsync(ThroughputOptions options, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(options.Accounts);
        var trial = new Trial(stage, options);
        var rows = new List<Row>();

        // Compiles the server's hot code and is thrown away.
        rows.Add(await trial.LoadAsync(options.Connections.Max()));

        report.Begin();
        rows.Add(await trial.IdleAsync());
        report.Print(rows[^1]);
        foreach (var connections in options.Connections)
        {
            rows.Add(await trial.LoadAsync(connections));
            report.Print(rows[^1]);
        }
        report.PrintStatements(rows[^1]);

        return await Proof.CheckAsync(stage, rows, report) ? 0 : 1;
    }
}
