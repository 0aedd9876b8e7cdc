using System.Diagnostics;
using System.Globalization;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>
/// A run whose step ends its node whenever it is tried. It must be given up after as many tries as are allowed, visibly and
/// uncharged, instead of ending node after node.
/// </summary>
internal static class Poison
{
    private const int MaxTries = 3;
    private const int MostKills = MaxTries + 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(
            nodes: 1, accounts: 1, effort.Random, ("AutoForge__Worker__MaxTries", MaxTries.ToString(CultureInfo.InvariantCulture)));
        var begin = Stopwatch.GetTimestamp();
        var node = cluster.Nodes[0];
        var kills = 0;
        using var deadly = new SemaphoreSlim(0);
        var end = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Target.OnGated = _ =>
        {
            deadly.Release();
            return end.Task;
        };

        // One ordinary run shows that the node works.
        using var sender = new Sender(cluster, book, effort.Random.Next());
        using var limit = new CancellationTokenSource(Patience);
        await sender.DeliverAsync(book.Begin(cluster.Hooks.First(hook => hook.Kind == Kind.Safe)), () => node, limit.Token);
        var poison = new CallBook();
        var call = poison.Begin(cluster.Hooks.First(hook => hook.Kind == Kind.Gated));
        await sender.DeliverAsync(call, () => node, limit.Token);
        while (kills < MostKills && await DiesAsync(cluster, call, deadly))
        {
            await node.KillAsync();
            effort.Say($"{++kills} kills");
            await node.StartAsync();
        }
        end.SetResult("{}");
        await CheckAsync(cluster, call, kills, findings);
        return FigureVerdict.Of(
            figure, kills, Counts.Of(book, (await RunFacts.ReadAsync(cluster.Postgres.Source)).Values, 0), findings, Stopwatch.GetElapsedTime(begin));
    }

    /// <summary>Whether the step is tried; false once the run has ended.</summary>
    private static async Task<bool> DiesAsync(Cluster cluster, Call call, SemaphoreSlim deadly)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < Patience)
        {
            if (await deadly.WaitAsync(TimeSpan.FromMilliseconds(100)))
                return true;
            if (!(await RunFacts.ReadAsync(cluster.Postgres.Source))[call.RunId!.Value].IsOpen)
                return false;
        }
        return false;
    }

    private static async Task CheckAsync(Cluster cluster, Call call, int kills, Findings findings)
    {
        var run = (await RunFacts.ReadAsync(cluster.Postgres.Source))[call.RunId!.Value];
        findings.AddIf(
            // On a slow machine a lease may run out before its step is tried, which is a try too.
            run is not { Status: "Failed", FaultCode: "gave_up", ChargedCents: 0 } || kills is < 1 or > MaxTries,
            "a poisonous run that was not given up", $"after {kills} kills of at most {MaxTries} it is {run.Status} {run.FaultCode}");
        var (exitCode, output) = await cluster.CommandAsync("ledger", "verify");
        findings.AddIf(exitCode != 0, "ledger verify", output.Trim());
    }
}
