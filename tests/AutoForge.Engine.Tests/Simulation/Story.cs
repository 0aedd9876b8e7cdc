using AutoForge.Engine.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>What a story came to.</summary>
internal sealed record StoryEnd(IReadOnlyList<string> Operations, IReadOnlyDictionary<Transition, long> Seen, int Runs, int Succeeded, int StaleWrites, int HeadStarts);

/// <summary>
/// One seed: what happens to a few accounts on three nodes. A single thread of control draws each operation after the one before
/// it is done, so the same seed tells the same story.
/// </summary>
internal sealed class Story : IAsyncDisposable
{
    // A story that is not at rest after so many looks never will be.
    private const int MostLooks = 100;

    private readonly StoryBook _book;
    private readonly Cast _cast;
    private readonly Stage _stage;
    private readonly Acceptances _acceptances;

    private Story(StoryBook book)
    {
        _book = book;
        _cast = new Cast(book);
        _stage = new Stage(book);
        _acceptances = new Acceptances(book, _stage);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Tells the story of a seed to its end.</summary>
    /// <exception cref="StoryFailedException">A promise was broken.</exception>
    public static async Task<StoryEnd> TellAsync(int seed, SimulatedDatabase database)
    {
        var book = new StoryBook(seed, database);
        await using var story = new Story(book);
        try
        {
            return await story.TellAsync();
        }
        catch (Exception e) when (e is not StoryFailedException && !Token.IsCancellationRequested)
        {
            throw book.Violation($"an operation failed: {e.Message}", e);
        }
    }

    private async Task<StoryEnd> TellAsync()
    {
        await _book.AdvanceAsync(TimeSpan.FromMinutes(_book.Random.Next(30)));
        await _cast.AppearAsync();
        for (var left = 25 + _book.Random.Next(20); left > 0; left--)
            await NextAsync();
        await RestAsync();
        var facts = await new StoryChecks(_book).RunAsync();
        await ClearOldAsync(TimeSpan.FromDays(40));
        var seen = await _book.Database.TakeTransitionsAsync(_book.Accounts.Select(account => account.Id));
        foreach (var transition in seen.Keys)
            _book.Require(Transition.All.Contains(transition), $"a transition that is not listed: {transition}");
        return new StoryEnd(_book.Operations, seen, _book.Runs.Count, facts.Sum(f => f.Runs.Values.Count(r => r.Status == RunStatus.Succeeded)), _book.StaleWrites, _book.HeadStarts);
    }

    private Task NextAsync() => _book.Random.Next(100) switch
    {
        < 21 => _acceptances.AcceptAsync(),
        < 33 => _stage.ClaimAsync(_stage.AnyNode),
        < 65 => _stage.StepAsync(),
        < 69 => _stage.KillAsync(_stage.AnyNode),
        < 72 => _stage.RenewAsync(_stage.AnyNode),
        < 80 => PassTimeAsync(),
        < 85 => CancelAsync(),
        < 92 => _acceptances.ReplayAsync(),
        < 94 => RefundAsync(),
        < 96 => _cast.MoveMoneyAsync(),
        < 98 => _cast.ChangePlanAsync(),
        < 99 => _cast.SwitchAsync(),
        _ => ClearOldAsync(TimeSpan.FromDays(2)),
    };

    private async Task PassTimeAsync()
    {
        var time = _book.Random.Next(10) switch
        {
            < 3 => TimeSpan.FromSeconds(1 + _book.Random.Next(20)),
            < 6 => SimulatedNode.LeaseTime + TimeSpan.FromSeconds(1),
            < 9 when (await JobsAsync()).Due is { } due && due > TimeSpan.Zero => due,
            _ => TimeSpan.FromHours(_book.Random.Next(20)),
        };
        await _book.AdvanceAsync(time);
        _book.Say($"{time} pass: {_book.Time.Now:O}");
    }

    private async Task CancelAsync()
    {
        if (_book.Runs.Count == 0)
            return;
        var run = _book.Any([.. _book.Runs]);
        var isOpen = (await _book.FactsAsync(run.Account)).Runs[run.Id].IsOpen;
        var isCancelled = await _stage.AnyNode.Cancellation.CancelAsync(run.Account.Id, run.Id, Token);
        run.IsCancelled |= isCancelled;
        _book.Say($"{run} is cancelled: {isCancelled}");
        _book.Require(isCancelled == isOpen, $"{run} was {(isOpen ? "open and not" : "over and")} cancelled");
    }

    private async Task RefundAsync()
    {
        if (_book.Runs.Count == 0)
            return;
        var run = _book.Any([.. _book.Runs]);
        var isCharged = (await _book.FactsAsync(run.Account)).Runs[run.Id].Status == RunStatus.Succeeded;
        var outcome = await new RunRefunds(_book.Database.Near).RefundAsync(run.Account.Id, run.Id, "Disproved.", Token);
        _book.Say($"{run} is refunded: {outcome}");
        _book.Require(
            outcome == (run.IsRefunded ? RefundOutcome.AlreadyRefunded : isCharged ? RefundOutcome.Refunded : RefundOutcome.NotCharged),
            $"the refund of {run} was answered {outcome}");
        run.Account.RefundedCents += outcome == RefundOutcome.Refunded ? run.Workflow.PriceCents : 0;
        run.IsRefunded |= outcome == RefundOutcome.Refunded;
    }

    /// <summary>After a while, what ended a day ago or earlier is cleared away, and nothing else.</summary>
    private async Task ClearOldAsync(TimeSpan after)
    {
        await _book.AdvanceAsync(after);
        foreach (var account in _book.Accounts)
            await _cast.SetRetentionAsync(account, 1);
        await new RunRetention(_book.Database.Near, _book.Time, Options.Create(new RetentionOptions()), NullLogger<RunRetention>.Instance).SweepAsync(Token);
        foreach (var account in _book.Accounts)
        {
            foreach (var row in (await _book.FactsAsync(account)).Runs.Values)
            {
                var run = _book.RunOf(row.Id);
                run.IsCleared |= row.FinishedAt < _book.Time.Now.AddDays(-1);
                _book.Require(row.HasInput != run.IsCleared, $"{run} was {(run.IsCleared ? "not " : "")}cleared away");
            }
            foreach (var workflow in account.Workflows)
            {
                foreach (var key in workflow.Keys.Where(key => key.Value.IsCleared).Select(key => key.Key).ToList())
                    workflow.Keys.Remove(key);
            }
            foreach (var run in _book.Runs.Where(run => run.Account == account))
            {
                foreach (var key in run.Replays.Where(key => key.Value.IsCleared).Select(key => key.Key).ToList())
                    run.Replays.Remove(key);
            }
            await _cast.SetRetentionAsync(account, null);
        }
        _book.Say($"old runs are cleared away: {_book.Runs.Count(run => run.IsCleared)}");
    }

    /// <summary>No more harm: time passes and nodes work until nothing is left to do.</summary>
    private async Task RestAsync()
    {
        _book.Say("no more harm");
        for (var looks = 0; ; looks++)
        {
            await _stage.FinishWalksAsync();
            var (jobs, due) = await JobsAsync();
            if (jobs == 0)
                return;
            _book.Require(looks < MostLooks, "the story never comes to rest");
            // Long enough for most of what rests, so that not each is a look of its own.
            if (due is { } left && left > TimeSpan.Zero)
                await _book.AdvanceAsync(left + TimeSpan.FromMinutes(_book.Random.Next(10)));
            await _stage.ClaimAsync(_stage.AnyNode, mayDie: false);
        }
    }

    /// <summary>How many jobs there are, and how long until the next is due; null = none ever is.</summary>
    private async Task<(long Jobs, TimeSpan? Due)> JobsAsync()
    {
        await using var command = _book.Database.Sql.CreateCommand(
            "SELECT COUNT(*), MIN(due_at) FILTER (WHERE due_at < 'infinity') FROM jobs WHERE account_id = ANY (@a)");
        command.Parameters.AddWithValue("a", _book.Accounts.Select(account => account.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync(Token);
        await reader.ReadAsync(Token);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1) - _book.Time.Now);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();
}
