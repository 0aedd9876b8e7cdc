using System.Globalization;
using AutoForge.Bench.Throughput;

namespace AutoForge.Bench.Schedules;

/// <summary>Two nodes find many schedules due in the same second, and run what they start.</summary>
internal static class SchedulesRun
{
    private const double MostSeconds = 5;
    private const int WarmUps = 3;

    // A look reads all runs there are: more often would be a load of its own.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <returns>0 when each schedule had exactly one run, which was charged, and the ledger is right; otherwise 1.</returns>
    public static async Task<int> RunAsync(int count, TextWriter output)
    {
        var report = new Report(output);
        await using var stage = await Stage.SetAsync(accounts: 0);
        await using var second = await stage.StartSecondAsync();

        // Both nodes compile their hot code, which after ten thousand runs still takes a quarter of the CPUs; these measurements are thrown away.
        var isGood = true;
        for (var i = 0; i < WarmUps; i++)
            isGood &= await FireAsync(stage, count, report, isMeasured: false);
        isGood &= await FireAsync(stage, count, report, isMeasured: true);
        return await Proof.BooksAsync(stage, report) & isGood ? 0 : 1;
    }

    private static async Task<bool> FireAsync(Stage stage, int count, Report report, bool isMeasured)
    {
        using var herd = new Herd(stage, count);
        await herd.WriteAsync();
        await using var connection = await stage.Database.OpenConnectionAsync();
        HerdLook look;
        TimeSpan? half = null, all = null;
        using var timer = new PeriodicTimer(Pause);
        do
        {
            await timer.WaitForNextTickAsync();
            look = await herd.LookAsync(connection);
            half ??= look.Runs * 2 >= count ? look.SinceDue : null;
            all ??= look.Runs == count ? look.SinceDue : null;
        }
        while (look.Charged < count && look.SinceDue < Limit);

        if (isMeasured)
        {
            report.Line(string.Create(CultureInfo.InvariantCulture,
                $"{count:n0} schedules due in the same second, on two nodes: half of them accepted after {half?.TotalSeconds:0.0} s, all charged after {look.SinceDue.TotalSeconds:0.0} s"));
            report.Judge("seconds until all are accepted", (all ?? look.SinceDue).TotalSeconds, isLeast: false, MostSeconds, "0.0");
        }
        var started = await herd.CountStartedAsync(connection);
        var isGood = look.Runs == count && started == count && look.Charged == count;
        if (!isGood)
            report.Line($"BROKEN: {count} schedules have {look.Runs} runs, {started} of them have one, {look.Charged} were charged.");
        return isGood;
    }
}
