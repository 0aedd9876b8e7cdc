using System.Diagnostics;
using AutoForge.Reliability.Checks;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>
/// F4: a node stands still for three leases in the middle of its work, others take that over, and it goes on as if nothing had
/// happened: with answers in its hands that are not its to store any more.
/// </summary>
internal static class Zombies
{
    private const int Most = 100;
    private const int Least = 3;
    private const int GatedRuns = 12;
    private static readonly TimeSpan StandStill = 3 * Cluster.Lease;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort)
    {
        var findings = new Findings();
        var book = new CallBook();
        await using var cluster = await Cluster.StartAsync(nodes: 3, accounts: 3, effort.Random);
        var begin = Stopwatch.GetTimestamp();
        var gated = new List<Call>();
        var zombies = 0;
        await using (var traffic = new Traffic(cluster, book))
        {
            while (zombies < Most && (zombies < Least || Stopwatch.GetElapsedTime(begin) < effort.Time))
            {
                gated.AddRange(await RaiseAsync(cluster, book, findings, effort));
                zombies++;
                effort.Say($"{zombies} zombies, {book.Calls.Count} calls");
            }
            await traffic.StopAsync();
        }
        var counts = await Audit.RunAsync(cluster, book, zombies * 4, findings);
        await CheckStaleWritesAsync(cluster, gated, findings);
        findings.AddIf(counts.FencingRejections == 0, "the fence was never tried", $"{zombies} zombies");
        return FigureVerdict.Of(figure, zombies, counts, findings, Stopwatch.GetElapsedTime(begin), new Dictionary<string, int>
        {
            ["runsTakenFromZombies"] = gated.Count,
        });
    }

    private static async Task<IReadOnlyList<Call>> RaiseAsync(Cluster cluster, CallBook book, Findings findings, Effort effort)
    {
        var node = cluster.AnyNode();
        var hooks = cluster.Hooks.Where(hook => hook.Kind == Kind.Gated).ToArray();
        var calls = Enumerable.Range(0, GatedRuns).Select(i => book.Begin(hooks[i % hooks.Length])).ToArray();
        var gate = new Gate(cluster, calls);
        using var sender = new Sender(cluster, book, effort.Random.Next());
        using var limit = new CancellationTokenSource(Patience);
        await Task.WhenAll(calls.Select(call => sender.DeliverAsync(call, () => node, limit.Token)));
        await UntilAsync(() => gate.Arrived(1) == GatedRuns, findings, "gated runs that did not start");

        await node.FreezeAsync();
        var frozenAt = Stopwatch.GetTimestamp();
        // The answers wait in the zombie's own hands.
        gate.OpenFirst();
        await UntilAsync(() => gate.Arrived(2) == GatedRuns, findings, "runs of a dead node that nobody took over");
        var rest = StandStill - Stopwatch.GetElapsedTime(frozenAt);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        await node.ThawAsync();

        // Time for the zombie to try and store what it knows, while the runs are still open and at work elsewhere.
        await Task.Delay(Cluster.Lease / 2);
        gate.OpenLater();
        return calls;
    }

    private static async Task UntilAsync(Func<bool> isReached, Findings findings, string otherwise)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!isReached() && Stopwatch.GetElapsedTime(begin) < Patience)
            await Task.Delay(20);
        findings.AddIf(!isReached(), otherwise, $"within {Patience}");
    }

    /// <summary>A run that was taken over must have ended by its last attempt, with the answer that this one got.</summary>
    private static async Task CheckStaleWritesAsync(Cluster cluster, IReadOnlyList<Call> calls, Findings findings)
    {
        await using var command = cluster.Postgres.Source.CreateCommand(
            """
            SELECT r.id || ' by attempt ' || r.attempts || ' with ' || s.output
            FROM unnest(@ids) AS w (id)
            JOIN runs AS r ON r.id = w.id
            JOIN steps AS s ON s.account_id = r.account_id AND s.run_id = r.id AND s.activity_id = 'gated'
            WHERE r.attempts < 2
               OR s.output::jsonb #>> '{body,arrival}' = '1'
            """);
        command.Parameters.AddWithValue("ids", calls.Select(call => call.RunId).OfType<Guid>().ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            findings.Add("a stale write that was accepted", reader.GetString(0));
    }
}
