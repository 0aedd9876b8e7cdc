using AutoForge.Activities;
using AutoForge.Engine.Runs;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>What must be true when a story is at rest, reckoned from what was promised and what has happened outside.</summary>
internal sealed class StoryChecks(StoryBook book)
{
    private static readonly string[] Known = ["busy", "fault", "uncertain", "gave_up"];

    private readonly ILookup<Guid, Effect> _byRun = book.World.Effects.ToLookup(effect => effect.RunId);

    public async Task<IReadOnlyList<AccountFacts>> RunAsync()
    {
        var all = new List<AccountFacts>();
        foreach (var account in book.Accounts)
        {
            var facts = await book.FactsAsync(account);
            all.Add(facts);
            CheckPromises(account, facts);
            CheckMoney(account, facts);
            foreach (var run in book.Runs.Where(run => run.Account == account))
            {
                CheckEnd(run, facts.Runs[run.Id]);
                CheckEffects(run, facts.Runs[run.Id]);
            }
        }
        CheckKeys();
        return all;
    }

    private void CheckPromises(StoryAccount account, AccountFacts facts)
    {
        var promised = book.Runs.Where(run => run.Account == account).Select(run => run.Id).ToHashSet();
        book.Require(promised.SetEquals(facts.Runs.Keys), $"the runs of {account} are not those that were promised");
        book.Require(facts.Jobs == 0, $"{account} has jobs left");
        book.Require((facts.PlacesTaken, facts.RunsParked) == (0, 0), $"{account} has {facts.PlacesTaken} places and {facts.RunsParked} parked runs left");
    }

    /// <summary>Debts and balance change together, so their difference is what came in less what was charged.</summary>
    private void CheckMoney(StoryAccount account, AccountFacts facts)
    {
        book.Require(facts.HeldCents == 0, $"{facts.HeldCents} cents of {account} are held for nothing");
        var charged = book.Runs.Where(run => run.Account == account && facts.Runs[run.Id].Status == RunStatus.Succeeded).Sum(run => run.Workflow.PriceCents);
        var expected = account.CreditCents + account.RefundedCents - charged;
        book.Require(
            facts is { AvailableCents: >= 0, DebtCents: >= 0 } && facts.AvailableCents - facts.DebtCents == expected,
            $"{account} has {facts.AvailableCents} cents and owes {facts.DebtCents}; it should be {expected}");
    }

    private void CheckEnd(StoryRun run, RunRow row)
    {
        book.Require(!row.IsOpen, $"{run} has not ended");
        book.Require(row.PriceCents == run.Workflow.PriceCents, $"{run} costs {row.PriceCents} instead of {run.Workflow.PriceCents}");
        book.Require(row.ChargedCents == (row.Status == RunStatus.Succeeded ? row.PriceCents : 0), $"{run} ended as {row.Status} and was charged {row.ChargedCents}");
        if (row.Status == RunStatus.Succeeded)
            book.Require(!run.Workflow.Plot.MustFail, $"{run} succeeded although it must fail");
        if (row.Status != RunStatus.Failed)
            return;
        book.Require(Known.Contains(row.FaultCode), $"{run} failed as {row.FaultCode}");
        book.Require(row.FaultCode == "gave_up" || !run.Workflow.Plot.IsHarmless, $"{run} failed as {row.FaultCode} and has no reason to");
        book.Require(row.FaultCode is not ("gave_up" or "uncertain") || run.IsDisturbed, $"{run} failed as {row.FaultCode} although nothing disturbed it");
        book.Require(row.FaultCode != "gave_up" || row.Attempts > SimulatedNode.MaxTries, $"{run} was given up after {row.Attempts} attempts");
    }

    private void CheckEffects(StoryRun run, RunRow row)
    {
        foreach (var step in _byRun[run.Id].GroupBy(effect => effect.ActivityId))
        {
            var times = step.Count();
            book.Require(times == 1 || step.All(effect => effect.Kind == StepEffect.Safe), $"{step.Key} of {run} must not be repeated and happened {times} times");
            book.Require(times == 1 || run.IsDisturbed, $"{step.Key} of {run} happened {times} times although nothing disturbed it");
        }
        if (row.Status != RunStatus.Succeeded)
            return;
        // What an earlier run of the chain has done, a replay need not do again.
        var done = book.World.Effects.Where(effect => effect.OriginRunId == run.Origin.Id).Select(effect => effect.ActivityId).ToHashSet();
        foreach (var step in run.Workflow.Plot.Certain)
            book.Require(done.Contains(step), $"{run} succeeded and {step} never happened");
        if (run.ReplayOf is null)
            book.Require(run.Workflow.Plot.Certain.All(step => _byRun[run.Id].Any(effect => effect.ActivityId == step)), $"{run} succeeded by what others did");
    }

    /// <summary>A receiver knows a repeat by its key, and nothing else has it.</summary>
    private void CheckKeys()
    {
        foreach (var step in book.World.Effects.GroupBy(effect => (effect.OriginRunId, effect.ActivityId)))
            book.Require(step.Select(effect => effect.IdempotencyKey).Distinct().Count() == 1, $"{step.Key.ActivityId} of {book.RunOf(step.Key.OriginRunId)} has several keys");
        foreach (var key in book.World.Effects.GroupBy(effect => effect.IdempotencyKey))
            book.Require(key.Select(effect => (effect.OriginRunId, effect.ActivityId)).Distinct().Count() == 1, "two steps share a key");
    }
}
