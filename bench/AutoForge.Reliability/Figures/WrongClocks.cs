using System.Diagnostics;
using System.Globalization;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>
/// One node is an hour ahead and one an hour behind. Nobody dies, so no run may change hands: leases and due times are the
/// database's.
/// </summary>
internal static class WrongClocks
{
    private const int Skew = 3_600;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(12);

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(nodes: 1, accounts: 2, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        await cluster.Nodes[0].StopAsync();
        await cluster.ReplaceAsync([Skew, -Skew]);

        var hooks = cluster.Hooks.Where(hook => hook.Kind is Kind.Safe or Kind.Unsafe or Kind.Resting).ToArray();
        using var stop = new CancellationTokenSource(Duration);
        using var limit = new CancellationTokenSource(Duration * 3);
        var senders = Enumerable.Range(0, 4).Select(_ => new Sender(cluster, book, effort.Random.Next())).ToArray();
        await Task.WhenAll(senders.Select(sender => sender.RunAsync(hooks, TimeSpan.FromMilliseconds(100), stop.Token, limit.Token)));

        var counts = await Audit.RunAsync(cluster, book, leastSuccesses: 40, findings);
        var runs = await RunFacts.ReadAsync(cluster.Postgres.Source);
        foreach (var call in book.Calls)
        {
            if (call.RunId is not { } id || !runs.TryGetValue(id, out var run))
                continue;
            findings.AddIf(run.FaultCode == "uncertain", "a run that was interrupted although no node died", $"{run.Id}");
            // A rest is claimed once more when it is over.
            findings.AddIf(
                run.Attempts > (call.Hook.Kind == Kind.Resting ? 2 : 1), "a lease that ran out although its node lived",
                string.Create(CultureInfo.InvariantCulture, $"{run.Id} took {run.Attempts} attempts"));
        }
        Array.ForEach(senders, sender => sender.Dispose());
        return FigureVerdict.Of(figure, 0, counts, findings, Stopwatch.GetElapsedTime(begin));
    }
}
