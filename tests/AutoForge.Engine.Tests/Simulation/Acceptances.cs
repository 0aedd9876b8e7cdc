using System.Globalization;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Runs are asked for, by new keys and old ones, and each answer is compared with what it must be.</summary>
internal sealed class Acceptances(StoryBook book, Stage stage)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task AcceptAsync()
    {
        var workflow = book.Any(book.Workflows);
        var key = workflow.Keys.Count > 0 && book.OneIn(5)
            ? book.Any([.. workflow.Keys.Keys])
            : string.Create(CultureInfo.InvariantCulture, $"key{book.Operations.Count}");
        return AskAsync(workflow, workflow.Keys, key, null, $"{workflow} {key}", async node => await node.Acceptance.AcceptAsync(Request(workflow, key), Token));
    }

    /// <summary>Some run that has ended is replayed, from its start or from where it failed.</summary>
    public async Task ReplayAsync()
    {
        if (book.Runs.Count == 0)
            return;
        // A cancelled run may be replayed from where it waited, which nothing else can.
        var run = book.Runs.Where(r => r.IsCancelled).ToList() is { Count: > 0 } cancelled && book.OneIn(2) ? book.Any(cancelled) : book.Any([.. book.Runs]);
        var facts = await book.FactsAsync(run.Account);
        var from = book.OneIn(3) ? ReplayFrom.Start : ReplayFrom.Failed;
        if (facts.Runs[run.Id].IsOpen || (from == ReplayFrom.Failed && facts.Runs[run.Id].Status == RunStatus.Succeeded))
            return;
        if (run.IsCleared)
        {
            book.Require(
                await stage.AnyNode.Replay.ReplayAsync(run.Account.Id, run.Id, from, Token) is null, $"{run} was cleared away and is replayed");
            return;
        }
        var key = string.Create(CultureInfo.InvariantCulture, $"again{book.Random.Next(3)}");
        await AskAsync(run.Workflow, run.Replays, key, run, $"replay of {run} from {from} {key}",
            async node => (await node.Replay.ReplayAsync(run.Account.Id, run.Id, from, Token, key))!.Value);
    }

    /// <summary>Asks until there is an answer: who is not told asks again with the same key.</summary>
    private async Task AskAsync(
        StoryWorkflow workflow, Dictionary<string, StoryRun> keys, string key, StoryRun? replayOf, string what, Func<SimulatedNode, Task<Acceptance>> ask)
    {
        var node = stage.AnyNode;
        var facts = await book.FactsAsync(workflow.Account);
        var isLost = stage.IsFar(node) && book.OneIn(8) && await LoseAnswerAsync(node, what, ask);
        if (isLost)
        {
            // Whether it was accepted is not known, and it must not matter.
            var after = await book.FactsAsync(workflow.Account);
            if (after.Runs.Keys.Except(facts.Runs.Keys).ToList() is [var unheardOf])
            {
                book.Require(Expected(workflow, keys, key, replayOf, facts) == AcceptOutcome.Accepted, $"{what} was accepted against the rules");
                var accepted = keys[key] = book.Promise(unheardOf, workflow, replayOf);
                // Nobody but its node knows that nothing has come of its START.
                accepted.IsDisturbed = !await HasBegunAsync(accepted);
                await stage.DoubtAsync(node);
                book.Require(accepted.IsDisturbed || stage.IsAtWork(accepted), $"{accepted} has begun, and nobody goes on with it");
                await TickAsync();
            }
            else
            {
                await stage.DoubtAsync(node);
            }
            facts = after;
            node = stage.AnyNode;
        }

        var expected = Expected(workflow, keys, key, replayOf, facts);
        var isFull = !isLost && book.OneIn(6);
        var reserved = isFull ? Fill(node) : 0;
        var answer = await ask(node);
        for (; reserved > 0; reserved--)
            node.Worker.CancelReservation();
        book.Say($"{node.Name}{(isFull ? ", full," : "")} is asked for {what}: {answer.Outcome}");
        book.Require(answer.Outcome == expected, $"{what} was answered {answer.Outcome} instead of {expected}");
        if (answer.Outcome == AcceptOutcome.Duplicate)
            book.Require(keys[key].Id == answer.RunId, $"{what} was answered with another run than before");
        if (answer.Outcome != AcceptOutcome.Accepted)
            return;

        var run = keys[key] = book.Promise(answer.RunId, workflow, replayOf);
        run.IsPoison = book.OneIn(25);
        book.Say($"  as {run}{(run.IsPoison ? ", poisonous" : "")}");
        book.Require(answer.PriceCents == workflow.PriceCents, $"{run} was accepted at {answer.PriceCents} instead of {workflow.PriceCents}");
        if (!await IsStartedAsync(node, run, facts, isFull))
            await TickAsync();
    }

    private AcceptOutcome Expected(StoryWorkflow workflow, Dictionary<string, StoryRun> keys, string key, StoryRun? replayOf, AccountFacts facts) =>
        keys.ContainsKey(key) ? AcceptOutcome.Duplicate : book.Expected(workflow, workflow.PriceCents, replayOf is null, facts);

    /// <summary>A run that has a place is kept by a node that has room; one that has none is parked.</summary>
    private async Task<bool> IsStartedAsync(SimulatedNode node, StoryRun run, AccountFacts before, bool isFull)
    {
        var hasPlace = before.RunsParked == 0 && before.PlacesTaken < run.Account.Plan.ConcurrentRuns;
        var isKept = await book.Database.Sql.ScalarAsync<bool>(
            "SELECT lease_owner IS NOT NULL FROM jobs WHERE account_id = @a AND id = @id", ("a", run.Account.Id), ("id", run.Id));
        book.Require(isKept == (hasPlace && !isFull), $"{run} {(isKept ? "was kept" : "was not kept")} although it has {(hasPlace ? "a place" : "no place")}");
        if (isKept)
            await stage.KeepAsync(node);
        if (await HasBegunAsync(run))
            book.HeadStarts++;
        return isKept;
    }

    private Task<bool> HasBegunAsync(StoryRun run) => book.Database.Sql.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM steps WHERE account_id = @a AND run_id = @id AND status = 'Running')", ("a", run.Account.Id), ("id", run.Id));

    private async Task<bool> LoseAnswerAsync(SimulatedNode node, string what, Func<SimulatedNode, Task<Acceptance>> ask)
    {
        var loss = book.AnyLoss;
        book.Database.Lose(loss);
        try
        {
            await ask(node);
            throw book.Violation($"{what} was answered without a database");
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            book.Say($"{node.Name} is asked for {what} and loses {loss}");
            return true;
        }
        finally
        {
            await book.Database.RestoreAsync(loss);
        }
    }

    private static int Fill(SimulatedNode node)
    {
        var reserved = 0;
        while (node.Worker.TryReserve())
            reserved++;
        return reserved;
    }

    /// <summary>Parked runs are handed places by their ids, which tell milliseconds of the real clock: two in one have no order.</summary>
    private static Task TickAsync() => Task.Run(() =>
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        SpinWait.SpinUntil(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > now);
    });

    private static AcceptRequest Request(StoryWorkflow workflow, string key) => new()
    {
        AccountId = workflow.Account.Id,
        WorkflowId = workflow.Id,
        WorkflowName = "Story",
        TriggerId = workflow.TriggerId,
        TriggerType = TriggerTypes.Webhook,
        TriggerActivityId = "hook",
        Version = 1,
        PriceCents = workflow.PriceCents,
        Payload = "{}"u8.ToArray(),
        DedupKey = key,
    };
}
