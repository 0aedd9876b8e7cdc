using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using static AutoForge.Engine.Tests.Hosting.TestEngineRuns;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Cancelling in every state, and against everything that happens at the same time (money rule 2; I4, I5).</summary>
public sealed class CancellationTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly HeldJobs _jobs = new();
    private HttpTarget _target = null!;
    private TestEngine _node = null!;
    private TestEngine _held = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        _held = await TestEngine.CreateAsync(
            database.ConnectionString, options => options.LeaseSeconds = 60, services => services.AddSingleton<IJobHandler>(_jobs));
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _node.DisposeAsync();
        await _held.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Cancel_Queued_ReleasesAndTheJobIsGone()
    {
        var (run, lease) = await HeldAsync();

        Assert.True(await CancelAsync(run));

        await AssertCancelledAsync(run);
        await Assert.ThrowsAsync<LeaseLostException>(() => _held.Get<RunWriter>().WriteAsync(Start(lease), Token).AsTask());
        await Assert.ThrowsAsync<LeaseLostException>(() => _held.Get<RunWriter>().WriteAsync(Success(lease), Token).AsTask());
        await AssertCancelledAsync(run);
    }

    [Fact]
    public async Task Cancel_StepUnderWay_StopsTheWorkAndTheStepIsUncertain()
    {
        var gate = new Gate(_target, "/slow");
        var workflow = await _node.DrawAsync(_account,
            Hosting.Steps.Request("slow", "POST", _target.Url("/slow")), Hosting.Steps.Request("next", "POST", _target.Url("/next")));
        var run = await _node.AcceptAsync(_account, workflow);
        await gate.ArrivedAsync();

        Assert.True(await CancelAsync(run));
        gate.Open();

        await AssertCancelledAsync(run);
        var worker = _node.Get<JobWorker>();
        await worker.StopAsync(Token);
        Assert.Equal([("start", StepStatus.Completed), ("slow", StepStatus.Uncertain)], (await _node.JournalAsync(_account, run)).Select(s => (s.ActivityId, s.Status)));
        Assert.DoesNotContain(_target.Requests, request => request.Path == "/next");
        await AssertCancelledAsync(run);
    }

    [Fact]
    public async Task Cancel_StepThatHangs_TheNodeLetsGoOfIt()
    {
        var gate = new Gate(_target, "/hangs");
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Request("hangs", "GET", _target.Url("/hangs"))));
        await gate.ArrivedAsync();

        Assert.True(await CancelAsync(run));

        // The next renewal finds the job gone; the gate is never opened.
        await _node.Get<JobWorker>().StopAsync(Token);
        await AssertCancelledAsync(run);
    }

    [Fact]
    public async Task Cancel_Waiting_ClosesTheDelay()
    {
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1))));
        await _node.UntilAsync(_account, run, RunStatus.Waiting);

        Assert.True(await CancelAsync(run));

        await AssertCancelledAsync(run);
        var wait = (await _node.JournalAsync(_account, run))[^1];
        Assert.Equal((StepStatus.Cancelled, true), (wait.Status, wait.ResumeAt is not null));
    }

    [Fact]
    public async Task Cancel_FinishedForeignOrUnknown_ChangesNothing()
    {
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account));
        await _node.EndOfAsync(_account, run);
        var (open, _) = await HeldAsync();
        var stranger = await _node.OpenAccountAsync();

        Assert.False(await CancelAsync(run));
        Assert.False(await _node.Get<RunCancellation>().CancelAsync(stranger, open, Token));
        Assert.False(await CancelAsync(Ids.NewId()));

        Assert.Equal(RunStatus.Succeeded, (await _node.RunAsync(_account, run)).Status);
        Assert.Equal(RunStatus.Running, (await _node.RunAsync(_account, open)).Status);
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Cancel_BeforeTheRunIsSettled_Wins()
    {
        var (run, lease) = await HeldAsync();
        Task<bool> cancel;
        Task<bool> settle;
        await using (await database.DataSource.HoldRunAsync(run))
        {
            cancel = CancelAsync(run);
            await database.DataSource.UntilBlockedAsync(1);
            settle = SettleAsync(lease);
            await database.DataSource.UntilBlockedAsync(2);
        }

        Assert.True(await cancel);
        await Assert.ThrowsAsync<LeaseLostException>(() => settle);
        await AssertCancelledAsync(run);
    }

    [Fact]
    public async Task Cancel_WhileTheRunIsSettled_SeesItsEnd()
    {
        var (run, lease) = await HeldAsync();
        Task<bool> settle;
        Task<bool> cancel;
        await using (await database.DataSource.HoldAccountAsync(_account))
        {
            settle = SettleAsync(lease);
            await database.DataSource.UntilBlockedAsync(1);
            cancel = CancelAsync(run);
            await database.DataSource.UntilBlockedAsync(2);
        }

        await settle;
        Assert.False(await cancel);
        await AssertSettledAsync(run);
    }

    /// <summary>The writer has the job in hand and waits for the account, which the cancellation gets first: it must let go of it.</summary>
    [Fact]
    public async Task Cancel_AheadOfTheSettlementThatHasTheJob_StepsBack()
    {
        var (run, lease) = await HeldAsync();
        Task<bool> cancel;
        Task<bool> settle;
        await using (await database.DataSource.HoldAccountAsync(_account))
        {
            cancel = CancelAsync(run);
            await database.DataSource.UntilBlockedAsync(1);
            settle = SettleAsync(lease);
            await database.DataSource.UntilBlockedAsync(2);
        }

        await settle;
        Assert.False(await cancel);
        await AssertSettledAsync(run);
    }

    [Fact]
    public async Task Cancel_HundredsOfRunsThatAreEnding_SettlesEachExactlyOnce()
    {
        var account = await _node.OpenAccountAsync(10_000);
        var workflow = await _node.DrawAsync(account, Hosting.Steps.Request("get", "GET", _target.Url("/race")), Hosting.Steps.Name("name", "x"));
        var random = new Random(4711);

        var ends = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            var run = await _node.AcceptAsync(account, workflow);
            for (var yields = random.Next(200); yields > 0; yields--)
                await Task.Yield();
            var cancelled = await _node.Get<RunCancellation>().CancelAsync(account, run, Token);
            var end = await _node.EndOfAsync(account, run);
            Assert.Equal(cancelled ? RunStatus.Cancelled : RunStatus.Succeeded, end.Status);
            return cancelled;
        }));

        var charged = ends.Count(cancelled => !cancelled) * 5;
        Assert.Equal(new AccountBalance(10_000 - charged, 0), await _node.BalanceAsync(account));
        Assert.Equal(300, await database.DataSource.ScalarAsync<long>(
            "SELECT COUNT(*) FROM ledger_entries WHERE account_id = @a AND type IN ('consume', 'release')", ("a", account)));
        Assert.Empty(await _node.ViolationsAsync());
    }

    private Task<bool> SettleAsync(Lease lease) => _held.Get<RunWriter>().WriteAsync(Success(lease), Token).AsTask();

    private Task<bool> CancelAsync(Guid run) => _node.Get<RunCancellation>().CancelAsync(_account, run, Token);

    /// <summary>A run that a node has claimed and not begun.</summary>
    private async Task<(Guid Run, Lease Lease)> HeldAsync()
    {
        var run = await _held.AcceptAsync(_account, await _held.DrawAsync(_account));
        Lease? lease;
        while (!_jobs.Leases.TryGetValue(run, out lease))
            await Task.Yield();
        return (run, lease);
    }

    private async Task AssertCancelledAsync(Guid run)
    {
        var view = await _node.RunAsync(_account, run);
        Assert.Equal((RunStatus.Cancelled, 0, true), (view.Status, view.ChargedCents, view.FinishedAt is not null));
        Assert.Equal([EntryType.Release], await SettlementsAsync(run));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE id = @r", ("r", run)));
        Assert.Empty(await _node.ViolationsAsync());
    }

    private async Task AssertSettledAsync(Guid run)
    {
        Assert.Equal(RunStatus.Succeeded, (await _node.RunAsync(_account, run)).Status);
        Assert.Equal([EntryType.Consume], await SettlementsAsync(run));
        Assert.Empty(await _node.ViolationsAsync());
    }

    private async Task<string[]> SettlementsAsync(Guid run) =>
        [.. (await _node.Get<LedgerQueries>().ListAsync(_account, new LedgerFilter(run), null, 10, Token)).Select(e => e.Type).Where(type => type != EntryType.Hold)];
}
