using System.Diagnostics;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>Nobody is harmed: two nodes under load for a long time hold at its end what they held at its beginning.</summary>
internal static class Soak
{
    private const int Nodes = 2;
    private const int Senders = 16;

    // More than this and so many more is growth.
    private const double Growth = 1.15;
    private const int Slack = 16;
    private const int SuccessesPerMinute = 1_000;

    // In less the nodes are still warming up.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // About 120 calls in a second, whatever the machine: of more than the nodes can do any queue grows.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Ten minutes when an hour was asked for.</summary>
    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var time = TimeSpan.FromMinutes(effort.Minutes / 6);
        if (time < Shortest)
            return FigureVerdict.SkippedBecause(figure, "says nothing in less than five minutes: ask for thirty in all");
        time = time < Longest ? time : Longest;

        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(Nodes, accounts: 3, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        var looks = new List<Holdings>();
        await using (var traffic = new Traffic(cluster, book, Senders, LongestPause))
        {
            await Task.Delay(WarmUp);
            using var timer = new PeriodicTimer(Pause);
            while (Stopwatch.GetElapsedTime(begin) < WarmUp + time)
            {
                await timer.WaitForNextTickAsync();
                looks.Add(await Holdings.LookAsync(cluster));
                if (looks.Count % 12 == 0)
                    effort.Say($"{book.Calls.Count} calls, {looks[^1]}");
            }
            await traffic.StopAsync();
        }
        var details = Compare(looks, findings);
        var counts = await Audit.RunAsync(cluster, book, (int)time.TotalMinutes * SuccessesPerMinute, findings);
        return FigureVerdict.Of(figure, 0, counts, findings, Stopwatch.GetElapsedTime(begin), details);
    }

    // The medians of the first and the last third: single looks see what is under way.
    private static Dictionary<string, int> Compare(List<Holdings> looks, Findings findings)
    {
        var third = looks.Count / 3;
        var details = new Dictionary<string, int>();
        foreach (var (name, value) in Holdings.Kinds)
        {
            var (first, last) = (Median(looks.Take(third).Select(value)), Median(looks.TakeLast(third).Select(value)));
            details[$"{name}First"] = (int)first;
            details[$"{name}Last"] = (int)last;
            findings.AddIf(last > Math.Max(first * Growth, first + Slack), "something that grows", $"{name} from {first} to {last}");
        }
        return details;
    }

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
