using System.Globalization;
using AutoForge.Bench.Floor;

namespace AutoForge.Bench.Throughput;

/// <summary>The figures that the way of a run is to reach on two cores, and whether it did.</summary>
/// <remarks>
/// They were set on a machine of which it is known how many bare rows it writes. This machine's own bare rows tell how fast
/// it is beside that one, and the targets are asked for at this machine's speed.
/// </remarks>
internal static class Verdict
{
    private static readonly (string Row, Wish[] Wishes)[] Wishes =
    [
        ("64",
        [
            new("charged runs/s at 64 callers", r => r.Charged, 4_000, IsRate: true, "0"),
            new("CPU per run at 64 callers, all processes, ms", r => r.TotalCpu, 0.5, IsRate: false, "0.000"),
            new("end to end p99 at 64 callers, ms", r => r.EndToEnd.P99, 60, IsRate: false, "0.0"),
        ]),
        (Row.Idle, [new("to action p50 of an idle system, ms", r => r.ToAction.P50, 4, IsRate: false, "0.0")]),
    ];

    // Of the machine the targets were set on: runs per second as bare rows from two writers, by the runs of a batch.
    private static readonly (int Batch, double PerSecond)[] Reference = [(8, 7_700), (32, 20_000)];

    /// <param name="floor">Null: not measured, and the targets are asked for as they are.</param>
    public static void Print(IReadOnlyList<Row> rows, FloorFigures? floor, Report report)
    {
        var speed = floor is null ? 1 : SpeedOf(floor);
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"\nTargets, for a machine of {speed:0.00} of the speed of the one they were set on{(floor is null ? " (the floor was not measured)" : ", by its bare rows")}; in brackets as they were set"));
        foreach (var (name, wishes) in Wishes)
        {
            if (rows.LastOrDefault(r => r.Name == name) is not { } row)
                continue;
            foreach (var wish in wishes)
            {
                report.Judge(
                    wish.What, wish.Value(row), wish.IsRate, wish.IsRate ? wish.Target * speed : wish.Target / speed, wish.Format,
                    $" ({wish.Target.ToString(wish.Format, CultureInfo.InvariantCulture)})");
            }
        }
    }

    /// <summary>The mean over both sizes of a batch.</summary>
    private static double SpeedOf(FloorFigures floor) => Math.Exp(
        Reference.Average(r => Math.Log(floor.Rates.Single(f => f.Name == RowsFloor.NameOf(r.Batch)).PerSecond / r.PerSecond)));

    /// <param name="Target">At the reference's speed.</param>
    /// <param name="IsRate">The more the better; otherwise a time.</param>
    private sealed record Wish(string What, Func<Row, double> Value, double Target, bool IsRate, string Format);
}
