using System.Globalization;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using Npgsql;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Whom a story is about: accounts with little money, small plans and a few workflows; and what befalls these.</summary>
internal sealed class Cast(StoryBook book)
{
    private readonly WorkflowStore _store = new(book.Database.Near, SimulatedNode.Compiler);
    private readonly WorkflowPublisher _publisher = new(book.Database.Near, SimulatedNode.Compiler, SimulatedNode.Validator);
    private readonly AccountLimits _limits = new(book.Database.Near);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task AppearAsync()
    {
        for (var left = 1 + book.Random.Next(2); left > 0; left--)
        {
            var account = new StoryAccount(book.Accounts.Count) { CreditCents = 15 + book.Random.Next(60) };
            book.Accounts.Add(account);
            await new AccountOpening(book.Database.Near).OpenAsync(account.Id, account.CreditCents, Token);
            await SetPlanAsync(account);
            for (var workflows = 1 + book.Random.Next(2); workflows > 0; workflows--)
                await PublishAsync(account, new Plot(book.Random));
        }
    }

    /// <summary>More or fewer places, another quota, other caps.</summary>
    public async Task ChangePlanAsync()
    {
        var account = book.Any(book.Accounts);
        await SetPlanAsync(account);
        if (book.OneIn(3))
        {
            account.Caps = new SpendCaps(book.OneIn(3) ? 6 : null, book.OneIn(2) ? 20 + book.Random.Next(40) : null);
            await _limits.SetCapsAsync(account.Id, account.Caps, Token);
        }
        if (book.OneIn(3))
        {
            var workflow = book.Any(account.Workflows);
            workflow.CapCents = book.OneIn(2) ? 10 + book.Random.Next(40) : null;
            await _limits.SetWorkflowCapAsync(account.Id, workflow.Id, workflow.CapCents, Token);
        }
        book.Say(string.Create(CultureInfo.InvariantCulture,
            $"plan of {account}: {account.Plan.ConcurrentRuns} places, {account.Plan.RunsPerDay} runs a day, caps {account.Caps.RunCents}/{account.Caps.MonthCents}/{string.Join(',', account.Workflows.Select(w => w.CapCents))}"));
    }

    public async Task SwitchAsync()
    {
        var workflow = book.Any(book.Workflows);
        if (workflow.IsOn)
            await _publisher.RetractAsync(workflow.Account.Id, workflow.Id, Token);
        else
            await _publisher.PublishAsync(workflow.Account.Id, workflow.Id, Token);
        workflow.IsOn = !workflow.IsOn;
        book.Say($"{workflow} is switched {(workflow.IsOn ? "on" : "off")}");
    }

    /// <summary>Money comes in, or is taken back by the bank, be it there or not.</summary>
    public async Task MoveMoneyAsync()
    {
        var account = book.Any(book.Accounts);
        var (isCredit, cents) = (!book.OneIn(3), 1 + book.Random.Next(40));
        await using var connection = await book.Database.Near.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var booking = (await CreditBooking.LockAsync(connection, transaction, account.Id, Token))!;
        var source = string.Create(CultureInfo.InvariantCulture, $"payment {++account.Movements}");
        if (isCredit)
            booking.Add(EntryType.Topup, cents, source, "Top-up");
        else
            booking.TakeBack(EntryType.Dispute, cents, source, "Dispute");
        await booking.WriteAsync(Token);
        await transaction.CommitAsync(Token);
        account.CreditCents += isCredit ? cents : -cents;
        book.Say($"{(isCredit ? "top-up" : "dispute")} of {cents} for {account}");
    }

    private async Task SetPlanAsync(StoryAccount account)
    {
        account.Plan = new PlanLimits(RunsPerDay: book.OneIn(3) ? 3 + book.Random.Next(6) : null, ConcurrentRuns: 1 + book.Random.Next(3), RetentionDays: account.Plan.RetentionDays);
        account.MostPlaces = Math.Max(account.MostPlaces, account.Plan.ConcurrentRuns!.Value);
        await StorePlanAsync(account);
    }

    /// <summary>From now on its old runs are cleared away; null = no more.</summary>
    public Task SetRetentionAsync(StoryAccount account, int? days)
    {
        account.Plan = account.Plan with { RetentionDays = days };
        return StorePlanAsync(account);
    }

    private async Task StorePlanAsync(StoryAccount account)
    {
        await using var connection = await book.Database.Near.ConnectAsync(Token);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AccountLimits.SetCommand(account.Id, account.Plan) } };
        await batch.ExecuteNonQueryAsync(Token);
    }

    private async Task PublishAsync(StoryAccount account, Plot plot)
    {
        var created = await _store.CreateAsync(account.Id, plot.Document, Token);
        var publication = (await _publisher.PublishAsync(account.Id, created.DefinitionId, Token))!;
        var trigger = await book.Database.Sql.ScalarAsync<Guid>(
            "SELECT id FROM triggers WHERE account_id = @a AND workflow_id = @w", ("a", account.Id), ("w", created.DefinitionId));
        var workflow = new StoryWorkflow(book.Workflows.Count, account, plot, created.DefinitionId, trigger, publication.PriceCents);
        account.Workflows.Add(workflow);
        book.Workflows.Add(workflow);
    }
}
