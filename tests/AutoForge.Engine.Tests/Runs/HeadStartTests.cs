using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>A run that is begun before it is accepted is, whatever becomes of it, as if it had been begun afterwards (reliability 2, 5, 17).</summary>
public sealed class HeadStartTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HttpTarget _target = null!;
    private DatabaseProxy _proxy = null!;
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _proxy = new DatabaseProxy(database.ConnectionString);
        _node = await TestEngine.CreateAsync(_proxy.ConnectionString, options => (options.MaxConcurrentRuns, options.MaxConcurrentRunsPerAccount) = (2, 1));
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Restore();
        await _node.DisposeAsync();
        await _proxy.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Accept_RunsThatTheNodeGoesOnWith_StoresTheirFirstStart()
    {
        var workflow = await KnownAsync(_account, Post("/order"));
        var gate = new Gate(_target, "/order");

        var run = await _node.AcceptAsync(_account, workflow);
        await gate.ArrivedAsync();
        var isOneCommit = await database.DataSource.ScalarAsync<bool>(
            "SELECT r.xmin = s.xmin FROM runs AS r JOIN steps AS s ON s.account_id = r.account_id AND s.run_id = r.id WHERE r.id = @r", ("r", run));
        gate.Open();
        var end = await _node.EndOfAsync(_account, run);

        Assert.True(isOneCommit);
        Assert.Equal((RunStatus.Succeeded, 1), (end.Status, end.Attempts));
        Assert.Equal(["/order", "/order"], _target.Requests.Select(r => r.Path));
        var step = Assert.Single(await _node.JournalAsync(_account, run), step => step.ActivityId == "post");
        Assert.Equal((StepStatus.Completed, 1), (step.Status, step.Attempt));
        Assert.InRange(step.StartedAt, end.AcceptedAt, end.FinishedAt!.Value);
        Assert.Equal(new AccountBalance(990, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Accept_Refused_NothingOfItIsLeft()
    {
        var poor = await _node.OpenAccountAsync(5);
        var workflow = await KnownAsync(poor, Post("/poor"));

        var refused = await _node.Get<ManualStart>().StartAsync(poor, workflow, new StartRequest(null), Token);

        Assert.Equal(AcceptOutcome.NoBalance, refused!.Value.Outcome);
        Assert.Single(_target.Requests);
        Assert.Equal(1, await database.DataSource.ScalarAsync<long>("SELECT COUNT(DISTINCT run_id) FROM steps WHERE account_id = @a", ("a", poor)));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Accept_NoPlaceForIt_BeginsWhenThereIsOne()
    {
        var workflow = await KnownAsync(_account, Post("/queue"));
        var gate = new Gate(_target, "/queue");
        var first = await _node.AcceptAsync(_account, workflow);
        await gate.ArrivedAsync();

        var parked = await _node.AcceptAsync(_account, workflow);
        var journal = await _node.JournalAsync(_account, parked);
        gate.Open();

        Assert.Empty(journal);
        Assert.Equal([RunStatus.Succeeded, RunStatus.Succeeded], [(await _node.EndOfAsync(_account, first)).Status, (await _node.EndOfAsync(_account, parked)).Status]);
        Assert.Equal(3, _target.Requests.Count);
        Assert.Empty(await _node.ViolationsAsync());
    }

    /// <summary>Who asks may have seen the version before the last one; what is published when the run is accepted counts.</summary>
    [Fact]
    public async Task Accept_PublishedAnewMeanwhile_WalksTheNewVersion()
    {
        var drawn = Draw.Chain("Hook", Draw.Webhook(), Post("/old"));
        var published = await _node.PublishAsync(_account, drawn);
        var trigger = await database.DataSource.ScalarAsync<Guid>(
            "SELECT id FROM triggers WHERE account_id = @a AND workflow_id = @w", ("a", _account), ("w", published.DefinitionId));
        await EndOfAsync(await CallAsync());
        await _node.Get<WorkflowStore>().SaveDraftAsync(_account, published.DefinitionId, Draw.Chain("Hook", Draw.Webhook(), Post("/new")), Token);
        await _node.Get<WorkflowPublisher>().PublishAsync(_account, published.DefinitionId, Token);

        var end = await EndOfAsync(await CallAsync());

        Assert.Equal((RunStatus.Succeeded, 2), (end.Status, end.Version));
        Assert.Equal(["/old", "/new"], _target.Requests.Select(r => r.Path));
        Assert.Empty(await _node.ViolationsAsync());

        Task<RunView> EndOfAsync(Acceptance acceptance) => _node.EndOfAsync(_account, acceptance.RunId);

        Task<Acceptance> CallAsync() => _node.Get<RunAcceptance>().AcceptAsync(
            new AcceptRequest
            {
                AccountId = _account,
                WorkflowId = published.DefinitionId,
                WorkflowName = "Hook",
                TriggerId = trigger,
                TriggerType = TriggerTypes.Webhook,
                TriggerActivityId = "hook",
                Version = 1,
                PriceCents = 5,
                Payload = "{}"u8.ToArray(),
            }, Token);
    }

    /// <summary>A later walk of the same run must see what the first one saw.</summary>
    [Fact]
    public async Task Accept_StepsThatSeeTheTime_SeeWhatIsStored()
    {
        var workflow = await KnownAsync(_account, Hosting.Steps.Name("name", "{{ run.acceptedAt }}"), Post("/time"));

        var run = await _node.AcceptAsync(_account, workflow);
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal(end.AcceptedAt, DateTimeOffset.Parse(end.Name!, CultureInfo.InvariantCulture));
    }

    /// <summary>Before it is accepted a run may take few steps, afterwards as many as any.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accept_ManySteps_AreAllWalked(bool before)
    {
        var many = Enumerable.Range(0, 150).Select(i => Hosting.Steps.Name($"name{i}", "many")).ToArray();
        var workflow = await KnownAsync(_account, before ? [.. many, Post("/many")] : [Post("/many"), .. many]);

        var run = await _node.AcceptAsync(_account, workflow);

        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, run)).Status);
        Assert.Equal(2, _target.Requests.Count);
    }

    /// <summary>Its START is stored, and only its node knows that nothing has come of it: without that the run would be uncertain.</summary>
    [Fact]
    public async Task Accept_AnswerOfTheCommitLost_GoesOnAtItsNode()
    {
        var workflow = await KnownAsync(_account, Post("/lost"));

        _proxy.LoseNextCommitAnswer();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => _node.AcceptAsync(_account, workflow, "key"));
        var run = await _node.AcceptAsync(_account, workflow, "key");
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, 1), (end.Status, end.Attempts));
        Assert.Equal(2, _target.Requests.Count);
        Assert.Equal(new AccountBalance(990, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Accept_CommitLost_NothingHappens()
    {
        var workflow = await KnownAsync(_account, Post("/never"));

        _proxy.LoseNextCommit();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => _node.AcceptAsync(_account, workflow));
        while (_node.Get<LeaseKeeper>().Count > 0)
            await Task.Delay(5, Token);

        Assert.Single(_target.Requests);
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task TryBegin_WhereAwaitsGoBackToTheCaller_BeginsNothing()
    {
        var workflow = await KnownAsync(_account, Post("/context"));
        var heads = _node.Get<HeadStarts>();
        var request = new AcceptRequest
        {
            AccountId = _account,
            WorkflowId = workflow,
            WorkflowName = "Chain",
            TriggerId = Guid.Empty,
            TriggerType = TriggerTypes.Manual,
            Version = 1,
            PriceCents = 5,
            Payload = "{}"u8.ToArray(),
        };

        var without = await Task.Run(() => heads.TryBegin(request), Token);
        var within = await Task.Run(
            () =>
            {
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                return heads.TryBegin(request);
            }, Token);

        Assert.NotNull(without);
        Assert.Null(within);
    }

    private JsonObject Post(string path) => Hosting.Steps.Request("post", "POST", _target.Url(path));

    /// <summary>A workflow that the node has compiled, for it has run once; and the node has heard from the database what time it is.</summary>
    private async Task<string> KnownAsync(Guid account, params JsonObject[] steps)
    {
        var workflow = await _node.DrawAsync(account, steps);
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(account, await _node.AcceptAsync(account, workflow))).Status);
        return workflow;
    }
}
