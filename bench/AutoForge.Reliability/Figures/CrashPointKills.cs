using System.Collections.Concurrent;
using System.Diagnostics;
using AutoForge.Engine.Crashes;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Reliability.Figures;

/// <summary>F3: a node ends itself just before or just after each commit that the engine names. A point that is not reached fails the figure.</summary>
internal static class CrashPointKills
{
    private const int MostRounds = 10;
    private const int MostPasses = 8;
    private const int Killed = 137;
    private static readonly TimeSpan ReachLimit = TimeSpan.FromMinutes(3);

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        var details = new ConcurrentDictionary<string, int>();
        // Two that die in turn, and one that lives and takes their work over.
        await using var cluster = await Cluster.StartAsync(nodes: 3, accounts: 3, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        await using (var traffic = new Traffic(cluster, book))
        {
            var round = 0;
            do
            {
                var plans = new ConcurrentQueue<CrashPlan>(Plans(effort).OrderBy(_ => effort.Random.Next()));
                await Task.WhenAll(cluster.Nodes.Take(2).Select(node => DieAsync(node, plans, details, findings, effort)));
                round++;
            }
            while (round < MostRounds && Stopwatch.GetElapsedTime(begin) < effort.Time);
            await traffic.StopAsync();
        }
        var kills = details.Values.Sum();
        var counts = await Audit.RunAsync(cluster, book, kills * 4, findings);
        return FigureVerdict.Of(
            figure, kills, counts, findings, Stopwatch.GetElapsedTime(begin), details.OrderBy(d => d.Key).ToDictionary());
    }

    /// <summary>Both sides of every point; of a sample, one of them.</summary>
    private static IEnumerable<CrashPlan> Plans(Effort effort) =>
        from point in Enum.GetValues<CrashPoint>()
        where effort.Points.Count == 0 || effort.Points.Contains(point.ToString().ToLowerInvariant())
        let only = effort.IsSample ? effort.Random.Next(2) : (int?)null
        from side in Enum.GetValues<CommitSide>()
        where only is null || only == (int)side
        select new CrashPlan(point, side, effort.Random.Next(1, MostPasses));

    private static async Task DieAsync(
        Node node, ConcurrentQueue<CrashPlan> plans, ConcurrentDictionary<string, int> reached, Findings findings, Effort effort)
    {
        while (plans.TryDequeue(out var plan))
        {
            await node.KillAsync();
            var code = await LifeAsync(node, plan);
            if (code == Killed)
                reached.AddOrUpdate($"{plan.Point}{plan.Side}", 1, (_, count) => count + 1);
            else
                findings.Add("a crash point that was not reached", $"{plan}, {(code is null ? "still alive" : $"ended with {code}")}");
            effort.Say($"{plan}: {(code == Killed ? "killed" : "NOT REACHED")}");
        }
        await node.KillAsync();
        await node.StartAsync();
    }

    /// <summary>The exit code; null when it outlived its plan.</summary>
    private static async Task<int?> LifeAsync(Node node, CrashPlan plan)
    {
        try
        {
            await node.StartAsync((CrashPoints.Variable, plan.ToString()));
        }
        catch (ServerEndedException e)
        {
            // Some points come before the first answer.
            return e.ExitCode;
        }
        return await node.DeathAsync(ReachLimit);
    }
}
