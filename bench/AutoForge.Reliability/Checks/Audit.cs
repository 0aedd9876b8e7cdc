using System.Diagnostics;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Checks;

/// <summary>Waits until every run has ended, and then checks everything that was promised.</summary>
internal static class Audit
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(120);

    /// <param name="leastSuccesses">An idle system keeps every promise; this many charged runs show that it was none.</param>
    public static async Task<Counts> RunAsync(Cluster cluster, CallBook book, int leastSuccesses, Findings findings)
    {
        await WaitUntilEndedAsync(cluster);
        // A node counts its fencing rejections when it ends, and nothing is written behind the checks' back.
        foreach (var node in cluster.Nodes)
            await node.StopAsync();

        var runs = await RunFacts.ReadAsync(cluster.Postgres.Source);
        CallCheck.Run(book, runs, findings);
        TargetCheck.Run(book, cluster.Target.Arrivals, runs, findings);
        await MoneyCheck.RunAsync(cluster.Postgres.Source, book, findings);
        await NetCheck.RunAsync(cluster.Postgres.Source, findings);
        var (exitCode, output) = await cluster.CommandAsync("ledger", "verify");
        findings.AddIf(exitCode != 0, "ledger verify", output.Trim());

        var counts = Counts.Of(book, runs.Values, cluster.FencingRejections);
        findings.AddIf(counts.Charged < leastSuccesses, "too little was done for a verdict", $"{counts.Charged} charged runs of at least {leastSuccesses}");
        return counts;
    }

    /// <summary>Until no run is open and no schedule is behind, or it has taken too long.</summary>
    public static async Task WaitUntilEndedAsync(Cluster cluster)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < EndLimit)
        {
            await using var command = cluster.Postgres.Source.CreateCommand(
                """
                SELECT EXISTS (SELECT FROM runs WHERE status IN ('Queued', 'Running', 'Waiting'))
                    OR EXISTS (SELECT FROM triggers WHERE enabled AND next_due_at <= now())
                """);
            if (await command.ExecuteScalarAsync() is false)
                return;
            await Task.Delay(200);
        }
    }
}

/// <summary>How much was done.</summary>
internal sealed record Counts(int Calls, int Accepted, int Completed, int Failed, int Charged, int Payments, int Scheduled, int FencingRejections)
{
    public static Counts Of(CallBook book, IReadOnlyCollection<RunFacts> runs, int fencingRejections) => new(
        book.Calls.Count,
        book.Calls.Count(call => call.RunId is not null),
        runs.Count(run => !run.IsOpen),
        runs.Count(run => run.Status == "Failed"),
        runs.Count(run => run.ChargedCents > 0),
        book.Payments.Count(payment => payment.IsAnswered),
        runs.Count(run => run.TriggerType == "AutoForge.Schedule"),
        fencingRejections);
}
