using System.Diagnostics;
using System.Net;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>
/// F9: the disk under an embedded database fills up. Below 5% free nothing is accepted any more, also when the database cannot
/// write at all nothing that was accepted is lost, and soon after there is room again all goes on by itself.
/// </summary>
internal static class DiskFull
{
    private const int Rounds = 3;
    private const double AlmostFull = 0.03;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Recovered = TimeSpan.FromSeconds(10);

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        await using var disk = await SmallDisk.MountAsync();
        if (disk is null)
            return FigureVerdict.SkippedBecause(figure, "it needs a small file system, which only root may mount");

        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartEmbeddedAsync(disk.Path, accounts: 2, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        using var sender = new Sender(cluster, book, effort.Random.Next());
        await using (var traffic = new Traffic(cluster, book))
        {
            for (var round = 1; round <= Rounds; round++)
            {
                await Task.Delay(TimeSpan.FromSeconds(3));
                await disk.FillAsync(AlmostFull);
                await UntilAsync(HttpStatusCode.ServiceUnavailable, Noticed, "a disk below 5% on which runs are accepted");
                findings.AddIf(await IsReadyAsync(cluster), "a node that is ready although its disk is full", $"round {round}");

                // Not even the database itself can write now.
                await disk.FillAsync(0);
                await Task.Delay(TimeSpan.FromSeconds(4));
                disk.Free();
                var freedAt = Stopwatch.GetTimestamp();
                await UntilAsync(HttpStatusCode.Accepted, Recovered, "a node that did not recover from a full disk");
                var took = Stopwatch.GetElapsedTime(freedAt);
                slowest = took > slowest ? took : slowest;
                effort.Say($"full {round} times, {book.Calls.Count} calls, recovered in {took.TotalSeconds:0.0} s");
            }
            await traffic.StopAsync();
        }
        await Audit.WaitUntilEndedAsync(cluster);
        await cluster.TakeDatabaseOutAsync(disk.Path);
        var counts = await Audit.RunAsync(cluster, book, leastSuccesses: 40, findings);
        return FigureVerdict.Of(figure, Rounds, counts, findings, Stopwatch.GetElapsedTime(begin), new Dictionary<string, int>
        {
            ["slowestRecoveryMilliseconds"] = (int)slowest.TotalMilliseconds,
        });

        async Task UntilAsync(HttpStatusCode wanted, TimeSpan patience, string otherwise)
        {
            var from = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(from) < patience)
            {
                if (await sender.TryAsync(book.Begin(cluster.Hooks[0]), cluster.Nodes[0]) == wanted)
                    return;
                await Task.Delay(50);
            }
            findings.Add(otherwise, $"after {patience}");
        }
    }

    private static async Task<bool> IsReadyAsync(Cluster cluster)
    {
        using var http = new HttpClient { BaseAddress = cluster.Nodes[0].Address };
        using var answer = await http.GetAsync("/api/ready");
        return answer.IsSuccessStatusCode;
    }
}
