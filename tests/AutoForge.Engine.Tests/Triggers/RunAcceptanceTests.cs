using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Triggers;

/// <summary>Acceptance: what is decided, in which order, and what is left when it is interrupted (reliability 4, 8, 15, 16, 20).</summary>
public sealed class RunAcceptanceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly HeldJobs _jobs = new();
    private TestEngine _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await NodeAsync(database.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Accept_OneGroup_IsDecidedInOrderOfArrival()
    {
        var account = await _node.OpenAccountAsync(12);
        var (workflow, trigger) = await WebhookAsync(account);
        AcceptRequest[] requests =
        [
            Call(account, workflow, trigger, "k1"),
            Call(account, workflow, trigger, "k1"),
            Call(account, workflow, trigger, "k2"),
            Call(account, workflow, trigger, "k3"),
            Call(account, workflow, trigger, "k1"),
            Call(account, workflow, Guid.Empty, "k3") with { PriceCents = 3 },
            Call(account, workflow, Guid.Empty, "k4") with { PriceCents = 2 },
            Call(account, workflow, Ids.NewId(), "k5"),
        ];

        var results = await InOneGroupAsync(requests);

        Assert.Equal(
            [
                AcceptOutcome.Accepted, AcceptOutcome.Duplicate, AcceptOutcome.Accepted, AcceptOutcome.NoBalance, AcceptOutcome.Duplicate,
                AcceptOutcome.NoBalance, AcceptOutcome.Accepted, AcceptOutcome.SwitchedOff,
            ], results.Select(r => r.Outcome));
        Assert.Equal([results[0].RunId, results[0].RunId], new[] { results[1].RunId, results[4].RunId });
        Assert.Equal(1, await database.DataSource.ScalarAsync<long>("SELECT COUNT(DISTINCT xmin::text) FROM runs WHERE account_id = @a", ("a", account)));
        var prices = await PricesAsync(account);
        Assert.Equal([5, 5, 2], prices);
        Assert.Equal(new AccountBalance(0, 12), await _node.BalanceAsync(account));
        // I8 knows no workflow of the request that occupied the writer.
        Assert.DoesNotContain(await _node.ViolationsAsync(), violation => violation.Id != "I8");
    }

    [Fact]
    public async Task Accept_SameKeyOnTwoNodesManyTimes_IsOneRun()
    {
        await using var other = await NodeAsync(database.ConnectionString);
        var account = await _node.OpenAccountAsync();
        var (workflow, trigger) = await WebhookAsync(account);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            (i % 2 == 0 ? _node : other).Get<RunAcceptance>().AcceptAsync(Call(account, workflow, trigger, "order-1"), Token)));

        Assert.Single(results, r => r.Outcome == AcceptOutcome.Accepted);
        Assert.Equal(199, results.Count(r => r.Outcome == AcceptOutcome.Duplicate));
        Assert.Single(results.Select(r => r.RunId).Distinct());
        Assert.Equal(new AccountBalance(995, 5), await _node.BalanceAsync(account));
    }

    [Fact]
    public async Task Accept_SameKeyElsewhere_IsAnotherRun()
    {
        var account = await _node.OpenAccountAsync();
        var stranger = await _node.OpenAccountAsync();
        var (workflow, trigger) = await WebhookAsync(account);
        var (secondWorkflow, secondTrigger) = await WebhookAsync(account);
        var (foreignWorkflow, foreignTrigger) = await WebhookAsync(stranger);

        AcceptRequest[] requests =
        [
            Call(account, workflow, trigger, "k"), Call(account, secondWorkflow, secondTrigger, "k"),
            Call(stranger, foreignWorkflow, foreignTrigger, "k"), Call(account, workflow, Guid.Empty, "k"),
        ];
        var results = await Task.WhenAll(requests.Select(r => _node.Get<RunAcceptance>().AcceptAsync(r, Token)));

        Assert.All(results, r => Assert.Equal(AcceptOutcome.Accepted, r.Outcome));
        Assert.Equal(4, results.Select(r => r.RunId).Distinct().Count());
    }

    [Fact]
    public async Task Accept_TriggerOfAnotherAccount_IsSwitchedOff()
    {
        var account = await _node.OpenAccountAsync();
        var (workflow, trigger) = await WebhookAsync(account);
        var thief = await _node.OpenAccountAsync();

        var result = await _node.Get<RunAcceptance>().AcceptAsync(Call(thief, workflow, trigger, "k"), Token);

        Assert.Equal(AcceptOutcome.SwitchedOff, result.Outcome);
        Assert.Equal(new AccountBalance(1_000, 0), await _node.BalanceAsync(thief));
    }

    [Fact]
    public async Task Accept_AccountThatDoesNotExist_StoresNothing()
    {
        var nobody = Ids.NewId();

        var result = await _node.Get<RunAcceptance>().AcceptAsync(Call(nobody, "workflow", Guid.Empty, "k"), Token);

        Assert.Equal(AcceptOutcome.NoBalance, result.Outcome);
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>(
            """
            SELECT (SELECT COUNT(*) FROM runs WHERE account_id = @a) + (SELECT COUNT(*) FROM refusals WHERE account_id = @a)
                 + (SELECT COUNT(*) FROM ledger_entries WHERE account_id = @a)
            """, ("a", nobody)));
    }

    [Fact]
    public async Task Accept_WorkerFull_LeavesTheRestToTheQueueAndOnceDrainingEverything()
    {
        await using var node = await NodeAsync(database.ConnectionString, maxConcurrentRuns: 2);
        var account = await node.OpenAccountAsync();

        for (var i = 0; i < 3; i++)
            await node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, null), Token);
        var owners = await OwnersAsync(account);
        Assert.Equal([node.NodeId, node.NodeId, null], owners);

        var stopping = node.Get<JobWorker>().StopAsync(Token);
        await node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, null), Token);
        owners = await OwnersAsync(account);
        Assert.Equal([node.NodeId, node.NodeId, null, null], owners);
        _jobs.Release();
        await stopping;
    }

    [Fact]
    public async Task Accept_BackendKilledInTheMiddle_StoresNothingAndGivesThePlacesBack()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var node = await NodeAsync(own.ConnectionString, maxConcurrentRuns: 3);
        var account = await node.OpenAccountAsync();
        var acceptance = node.Get<RunAcceptance>();

        Task<Acceptance> first, second;
        await using (await own.DataSource.HoldAccountAsync(account))
        {
            first = acceptance.AcceptAsync(Call(account, "workflow", Guid.Empty, "a"), Token);
            second = acceptance.AcceptAsync(Call(account, "workflow", Guid.Empty, "b"), Token);
            await own.DataSource.UntilBlockedAsync(1);
            while (await own.DataSource.KillBlockedAsync() > 0 || !(first.IsCompleted && second.IsCompleted))
                await Task.Yield();
        }

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => first);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => second);
        Assert.Equal(0, await own.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM runs"));
        await AssertFreePlacesAsync(node, 3);
        Assert.Equal(AcceptOutcome.Accepted, (await acceptance.AcceptAsync(Call(account, "workflow", Guid.Empty, "a"), Token)).Outcome);
        Assert.Equal(AcceptOutcome.Duplicate, (await acceptance.AcceptAsync(Call(account, "workflow", Guid.Empty, "a"), Token)).Outcome);
    }

    [Fact]
    public async Task Accept_ConnectionLostBeforeTheCommit_StoresNothingAndTheSameKeyGivesOneRun()
    {
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        await using var node = await NodeAsync(proxy.ConnectionString, maxConcurrentRuns: 3);
        var account = await node.OpenAccountAsync();

        proxy.LoseNextCommit();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, "k"), Token));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM runs WHERE account_id = @a", ("a", account)));
        await AssertFreePlacesAsync(node, 3);

        var again = await node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, "k"), Token);
        Assert.Equal(AcceptOutcome.Accepted, again.Outcome);
    }

    [Fact]
    public async Task Accept_AnswerOfTheCommitLost_TheSameKeyFindsTheRun()
    {
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        await using var node = await NodeAsync(proxy.ConnectionString, maxConcurrentRuns: 3);
        var account = await node.OpenAccountAsync();

        proxy.LoseNextCommitAnswer();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, "k"), Token));
        var stored = await database.DataSource.ScalarAsync<Guid>("SELECT id FROM runs WHERE account_id = @a", ("a", account));
        await AssertFreePlacesAsync(node, 3);

        var again = await node.Get<RunAcceptance>().AcceptAsync(Call(account, "workflow", Guid.Empty, "k"), Token);
        Assert.Equal((AcceptOutcome.Duplicate, stored), (again.Outcome, again.RunId));
        Assert.Equal(new AccountBalance(995, 5), await node.BalanceAsync(account));
        // The node does not know that it kept the job: the lease runs out like that of a dead node.
        Assert.Empty(_jobs.Leases);
    }

    private Task<TestEngine> NodeAsync(string connectionString, int maxConcurrentRuns = 512) => TestEngine.CreateAsync(
        connectionString, options => options.MaxConcurrentRuns = maxConcurrentRuns, services => services.AddSingleton<IJobHandler>(_jobs));

    private async Task<(string Workflow, Guid Trigger)> WebhookAsync(Guid account)
    {
        var publication = await _node.PublishAsync(account, Draw.Chain("Hook", Draw.Webhook()));
        var trigger = await database.DataSource.ScalarAsync<Guid>(
            "SELECT id FROM triggers WHERE account_id = @a AND workflow_id = @w", ("a", account), ("w", publication.DefinitionId));
        return (publication.DefinitionId, trigger);
    }

    private static AcceptRequest Call(Guid account, string workflow, Guid trigger, string? key) => new()
    {
        AccountId = account,
        WorkflowId = workflow,
        WorkflowName = "Hook",
        TriggerId = trigger,
        TriggerType = trigger == Guid.Empty ? TriggerTypes.Manual : TriggerTypes.Webhook,
        Version = 1,
        PriceCents = 5,
        Payload = "{}"u8.ToArray(),
        DedupKey = key,
    };

    /// <summary>Occupies the writer with another account, so that the requests gather in the queue and are one group.</summary>
    private async Task<Acceptance[]> InOneGroupAsync(AcceptRequest[] requests)
    {
        var acceptance = _node.Get<RunAcceptance>();
        var busy = await _node.OpenAccountAsync();
        Task<Acceptance>[] results;
        await using (await database.DataSource.HoldAccountAsync(busy))
        {
            _ = acceptance.AcceptAsync(Call(busy, "workflow", Guid.Empty, null), Token);
            await database.DataSource.UntilBlockedAsync(1);
            results = [.. requests.Select(r => acceptance.AcceptAsync(r, Token))];
        }
        return await Task.WhenAll(results);
    }

    private static async Task AssertFreePlacesAsync(TestEngine node, int places)
    {
        // The answer is given before the writer has cleaned up after itself.
        var worker = node.Get<JobWorker>();
        while (!worker.TryReserve())
            await Task.Yield();
        for (var i = 1; i < places; i++)
            Assert.True(worker.TryReserve());
        Assert.False(worker.TryReserve());
        for (var i = 0; i < places; i++)
            worker.CancelReservation();
    }

    private Task<int[]> PricesAsync(Guid account) =>
        database.DataSource.ScalarAsync<int[]>("SELECT array_agg(price_cents ORDER BY price_cents DESC) FROM runs WHERE account_id = @a", ("a", account));

    private Task<Guid?[]> OwnersAsync(Guid account) =>
        database.DataSource.ScalarAsync<Guid?[]>("SELECT array_agg(lease_owner ORDER BY lease_owner IS NULL) FROM jobs WHERE account_id = @a", ("a", account));
}
