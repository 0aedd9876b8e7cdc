using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Npgsql;

namespace AutoForge.Engine.Tests.Limits;

/// <summary>Caps and quotas hold to the cent, however many triggers fire at once: the hold itself counts (reliability 8).</summary>
public sealed class SpendCapTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private Guid _account;
    private string _workflow = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private AccountLimits Limits => _node.Get<AccountLimits>();

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        await _node.StartAsync();
        _account = await _node.OpenAccountAsync(10_000);
        _workflow = await _node.DrawAsync(_account, Hosting.Steps.Name("name", "x"));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("month_cap")]
    [InlineData("workflow_cap")]
    [InlineData("runs_per_day")]
    public async Task Accept_200AtOnceOnTwoNodes_StopsExactlyAtTheBound(string bound)
    {
        await using var other = await TestEngine.CreateAsync(database.ConnectionString);
        await other.StartAsync();
        await BoundAsync(bound, 500);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => StartAsync(i % 2 == 0 ? _node : other)));

        Assert.Equal(100, results.Count(r => r.Outcome == AcceptOutcome.Accepted));
        Assert.All(results.Where(r => r.Outcome != AcceptOutcome.Accepted), r => Assert.Equal(bound, r.Reason));
        foreach (var run in results.Where(r => r.Outcome == AcceptOutcome.Accepted))
            await _node.EndOfAsync(_account, run.RunId);
        Assert.Equal(new AccountBalance(9_500, 0), await _node.BalanceAsync(_account));
        Assert.Equal((500, 100), await UseAsync());
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Accept_AboveTheRunCap_IsRefusedAndVisible()
    {
        await Limits.SetCapsAsync(_account, new SpendCaps(RunCents: 4), Token);

        Assert.Equal((AcceptOutcome.OverCap, "run_cap"), (await StartAsync(_node)) is var r ? (r.Outcome, r.Reason) : default);

        var refusal = Assert.Single(await _node.Get<RefusalQueries>().ListAsync(_account, _workflow, null, 10, Token));
        Assert.Equal(("run_cap", 1), (refusal.Reason, refusal.Times));
        Assert.Equal((0, 0), await UseAsync());
    }

    [Theory]
    [InlineData("month_cap")]
    [InlineData("workflow_cap")]
    public async Task Accept_AfterAFailedOrCancelledRun_MaySpendWhatCameBack(string bound)
    {
        await BoundAsync(bound, 5);
        var waiting = await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1)));
        if (bound == "workflow_cap")
            await Limits.SetWorkflowCapAsync(_account, waiting, 5, Token);

        var first = await _node.AcceptAsync(_account, waiting);
        Assert.Equal(bound, (await StartAsync(_node, waiting)).Reason);
        Assert.True(await _node.Get<RunCancellation>().CancelAsync(_account, first, Token));
        var failing = await _node.DrawAsync(_account, Hosting.Steps.Fault("fault"));
        if (bound == "workflow_cap")
            await Limits.SetWorkflowCapAsync(_account, failing, 5, Token);
        var failed = await _node.AcceptAsync(_account, failing);
        Assert.Equal(RunStatus.Failed, (await _node.EndOfAsync(_account, failed)).Status);

        Assert.Equal(AcceptOutcome.Accepted, (await StartAsync(_node, waiting)).Outcome);
        Assert.Equal(bound, (await StartAsync(_node, waiting)).Reason);
    }

    [Fact]
    public async Task SetWorkflowCap_InTheMiddleOfAMonth_CountsWhatWasSpentAlready()
    {
        await _node.EndOfAsync(_account, await _node.AcceptAsync(_account, _workflow));

        Assert.True(await Limits.SetWorkflowCapAsync(_account, _workflow, 10, Token));

        Assert.Equal(new WorkflowCap(_workflow, 10, 5), Assert.Single((await Limits.GetAsync(_account, Token))!.Workflows));
        Assert.Equal(AcceptOutcome.Accepted, (await StartAsync(_node)).Outcome);
        Assert.Equal("workflow_cap", (await StartAsync(_node)).Reason);
        Assert.True(await Limits.SetWorkflowCapAsync(_account, _workflow, null, Token));
        Assert.Equal(AcceptOutcome.Accepted, (await StartAsync(_node)).Outcome);
        Assert.False(await Limits.SetWorkflowCapAsync(await _node.OpenAccountAsync(), _workflow, 10, Token));
        Assert.False(await Limits.SetWorkflowCapAsync(_account, "unknown", null, Token));
    }

    [Fact]
    public async Task Accept_WithADiscount_HoldsTheLowerPriceButNotLessThanTheLeast()
    {
        var dear = await _node.PublishAsync(_account, Testing.Running.Draw.Chain("Dear",
            [Testing.Running.Draw.Trigger("start", "AutoForge.Manual"), .. Enumerable.Range(0, 20).Select(i => Hosting.Steps.Request($"r{i}", "GET", "http://127.0.0.1:9/"))]));
        Assert.Equal(20, dear.PriceCents);
        await SetAsync(new PlanLimits(DiscountPercent: 33));

        Assert.Equal(13, (await StartAsync(_node, dear.DefinitionId)).PriceCents);
        Assert.Equal(5, (await StartAsync(_node)).PriceCents);
    }

    [Fact]
    public async Task Accept_PassingTheMarks_TellsEachOnce()
    {
        var account = await _node.OpenAccountAsync(70);
        var workflow = await _node.DrawAsync(account, Hosting.Steps.Name("name", "x"));
        await Limits.SetCapsAsync(account, new SpendCaps(MonthCents: 50), Token);

        for (var i = 0; i < 12; i++)
            await StartAsync(_node, workflow, account);

        var told = await ToldAsync(account);
        Assert.Equal(
            [(NoticeKind.LowBalance, 1), (NoticeKind.CapNear, 1), (NoticeKind.CapReached, 2)],
            told.Select(n => (n.Notice.Kind, n.Times)).OrderBy(n => n.Kind));
    }

    [Fact]
    public async Task Settle_FailedRuns_AreOneNoticePerWorkflow()
    {
        var account = await _node.OpenAccountAsync();
        var failing = await _node.DrawAsync(account, Hosting.Steps.Fault("fault"));
        var last = Guid.Empty;
        for (var i = 0; i < 3; i++)
            await _node.EndOfAsync(account, last = await _node.AcceptAsync(account, failing));

        var notice = Assert.Single(await ToldAsync(account));
        Assert.Equal((NoticeKind.RunFailed, failing, last, 3), (notice.Notice.Kind, notice.Notice.WorkflowId, notice.Notice.RunId, notice.Times));

        await _node.EndOfAsync(account, await _node.AcceptAsync(account, failing));
        Assert.Empty(await ToldAsync(account));
        await database.DataSource.ExecuteAsync("UPDATE notices SET told_at = told_at - interval '61 minutes' WHERE account_id = @a", ("a", account));
        Assert.Equal(1, Assert.Single(await ToldAsync(account)).Times);
    }

    [Fact]
    public async Task Claim_ThatIsNotTold_FallsDueAgainWithWhatCameSince()
    {
        var account = await _node.OpenAccountAsync();
        var failing = await _node.DrawAsync(account, Hosting.Steps.Fault("fault"));
        await _node.EndOfAsync(account, await _node.AcceptAsync(account, failing));

        Assert.Single(await ClaimAsync(account));
        await _node.EndOfAsync(account, await _node.AcceptAsync(account, failing));
        Assert.Empty(await ClaimAsync(account));

        await database.DataSource.ExecuteAsync("UPDATE notices SET claimed_until = now() - interval '1 second' WHERE account_id = @a", ("a", account));
        Assert.Equal(2, Assert.Single(await ToldAsync(account)).Times);
    }

    private async Task<IReadOnlyList<DueNotice>> ClaimAsync(Guid account) =>
        [.. (await _node.Get<NoticeStore>().ClaimAsync(1_000, Token)).Where(n => n.Notice.AccountId == account)];

    private async Task<IReadOnlyList<DueNotice>> ToldAsync(Guid account)
    {
        var due = await ClaimAsync(account);
        foreach (var notice in due)
            await _node.Get<NoticeStore>().ToldAsync(notice, Token);
        return due;
    }

    private Task BoundAsync(string bound, long cents) => bound switch
    {
        "month_cap" => Limits.SetCapsAsync(_account, new SpendCaps(MonthCents: cents), Token),
        "workflow_cap" => Limits.SetWorkflowCapAsync(_account, _workflow, cents, Token),
        _ => SetAsync(new PlanLimits(RunsPerDay: (int)cents / 5)),
    };

    private async Task SetAsync(PlanLimits limits)
    {
        await using var connection = await _node.Get<Database>().ConnectAsync(Token);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AccountLimits.SetCommand(_account, limits) } };
        await batch.ExecuteNonQueryAsync(Token);
    }

    private async Task<(long MonthCents, int DayRuns)> UseAsync()
    {
        var use = (await Limits.GetAsync(_account, Token))!;
        return (use.MonthCents, use.DayRuns);
    }

    private async Task<Acceptance> StartAsync(TestEngine node, string? workflow = null, Guid? account = null) =>
        (await node.Get<ManualStart>().StartAsync(account ?? _account, workflow ?? _workflow, new StartRequest(Input: null), Token))!.Value;
}
