using System.Globalization;
using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Steadiness;

/// <summary>Load for a long time: what the server holds must not grow once it is warm.</summary>
internal static class SoakRun
{
    private const int Callers = 16;
    private const double Growth = 1.15;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(1);

    /// <returns>0 when every promise was kept and nothing grew; otherwise 1.</returns>
    public static async Task<int> RunAsync(int minutes, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(accounts: 8);
        await using var observer = await Observer.StartAsync(stage.Database, stage.Hooks);
        await using var load = new Load(stage.Address, stage.Hooks, stage.Flights, new LoadPlan(Callers) { SendsKeys = true });
        await load.GoOnAsync(WarmUp);

        report.Line("seconds    runs  memory MiB  handles  threads  connections  jobs");
        var looks = new List<Holdings>();
        for (var time = TimeSpan.Zero; time < TimeSpan.FromMinutes(minutes); time += Pause)
        {
            await load.GoOnAsync(Pause);
            looks.Add(await Holdings.LookAsync(stage));
            if (looks.Count % 12 == 0)
                report.Line(string.Create(CultureInfo.InvariantCulture, $"{(time + Pause).TotalSeconds,7:0} {stage.Flights.Count,7} {looks[^1]}"));
        }
        await load.StopAsync(DrainLimit);
        await observer.WaitUntilSettledAsync(DrainLimit);
        var outcomes = await Outcomes.ReadAsync(stage, observer, first: 0);
        var left = await Holdings.LookAsync(stage);

        report.Line();
        var isFlat = true;
        foreach (var (name, value) in Holdings.Figures)
        {
            // The medians of the first and the last third: single looks see what is under way.
            var third = Math.Max(1, looks.Count / 3);
            var (first, last) = (Median(looks.Take(third).Select(value)), Median(looks.TakeLast(third).Select(value)));
            var grows = last > Math.Max(first * Growth, first + Callers);
            isFlat &= !grows;
            report.Line(string.Create(CultureInfo.InvariantCulture, $"{(grows ? "GROWS" : "flat ")}  {name}: {first:0} in the first third, {last:0} in the last"));
        }
        if (left.Jobs > 0)
            report.Line($"BROKEN: {left.Jobs} jobs are left when all is done.");
        return await Proof.CheckAsync(stage, [($"{Callers}", load.Refused, outcomes)], report) && isFlat && left.Jobs == 0 ? 0 : 1;
    }

    private static double Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
