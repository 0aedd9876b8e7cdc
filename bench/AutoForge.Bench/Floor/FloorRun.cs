using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Floor;

/// <summary>Measures the floor after the load, on the same machine and the same database server.</summary>
internal static class FloorRun
{
    private static readonly int[] Batches = [8, 32];

    public static async Task<FloorFigures> MeasureAsync(Stage stage, ThroughputOptions options)
    {
        var rows = new RowsFloor(stage.ConnectionString, stage.PostgresProcess);
        var floor = new List<FloorRow>();
        foreach (var batch in Batches)
            floor.Add(await rows.MeasureAsync(batch, options.WarmUp, options.Window));
        floor.Add(await EndpointFloor.MeasureAsync(stage.Hooks, options.Connections.Max(), options.WarmUp, options.Window));
        return new FloorFigures(floor, await CommitFloor.MeasureAsync(stage.Database, options.WarmUp));
    }
}
