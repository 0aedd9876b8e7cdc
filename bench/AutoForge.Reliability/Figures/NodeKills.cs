using System.Diagnostics;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>F1: any node dies at any moment, sometimes two at once, and comes back.</summary>
internal static class NodeKills
{
    private const int Nodes = 3;
    private const int Most = 300;
    private const int Least = 4;
    private const int SuccessesPerKill = 4;

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(Nodes, accounts: 3, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        var kills = 0;
        await using (var traffic = new Traffic(cluster, book))
        {
            while (kills < Most && (kills < Least || Stopwatch.GetElapsedTime(begin) < effort.Time))
            {
                await Task.Delay(effort.Random.Next(300, 2_000));
                var victims = cluster.Nodes.OrderBy(_ => effort.Random.Next()).Take(effort.Random.Next(4) == 0 ? 2 : 1).ToArray();
                await Task.WhenAll(victims.Select(node => node.KillAsync()));
                kills += victims.Length;
                effort.Say($"{kills} kills, {book.Calls.Count} calls");
                await Task.WhenAll(victims.Select(node => node.StartAsync()));
            }
            await traffic.StopAsync();
        }
        var counts = await Audit.RunAsync(cluster, book, kills * SuccessesPerKill, findings);
        return FigureVerdict.Of(figure, kills, counts, findings, Stopwatch.GetElapsedTime(begin));
    }
}
