using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Watching a run, and telling it again from its journal.</summary>
public sealed class RunWatchTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly HeldJobs _jobs = new();
    private TestEngine _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await TestEngine.CreateAsync(
        database.ConnectionString, options => options.LeaseSeconds = 60, services => services.AddSingleton<IJobHandler>(_jobs));

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Changes_OfARun_TellEachStateAndEndWithTheRun()
    {
        var account = await _node.OpenAccountAsync();
        var (run, lease) = await AcceptAsync(account);
        var watch = _node.Get<RunWatch>();
        var since = Assert.NotNull(await watch.LookAsync(account, run, Token));
        var writer = _node.Get<RunWriter>();
        await writer.WriteAsync(TestEngineRuns.Start(lease), Token);

        var marks = new List<RunMark>();
        await foreach (var mark in watch.ChangesAsync(account, run, since, Token))
        {
            marks.Add(mark);
            if (mark.Status == RunStatus.Running)
                await writer.WriteAsync(TestEngineRuns.Success(lease), Token);
        }

        Assert.Equal([RunStatus.Running, RunStatus.Succeeded], marks.Select(mark => mark.Status));
        Assert.True(since.UpdatedAt < marks[0].UpdatedAt && marks[0].UpdatedAt < marks[1].UpdatedAt);
    }

    [Fact]
    public async Task Changes_WrittenHere_ComeWithoutAnotherLook()
    {
        var account = await _node.OpenAccountAsync();
        var (run, _) = await AcceptAsync(account);
        var signals = _node.Get<RunSignals>();
        var watch = new RunWatch(_node.Get<Database>(), signals, new ExpiringTime());
        var since = Assert.NotNull(await watch.LookAsync(account, run, Token));
        await using var changes = watch.ChangesAsync(account, run, since, Token).GetAsyncEnumerator(Token);
        var next = changes.MoveNextAsync();
        Assert.Equal(1, signals.Count);

        await _node.Get<RunCancellation>().CancelAsync(account, run, Token);

        Assert.True(await next);
        Assert.Equal(RunStatus.Cancelled, changes.Current.Status);
        Assert.False(await changes.MoveNextAsync());
        Assert.Equal(0, signals.Count);
    }

    [Fact]
    public async Task Look_AtAnotherAccountsRun_FindsNothing()
    {
        var (run, _) = await AcceptAsync(await _node.OpenAccountAsync());

        Assert.Null(await _node.Get<RunWatch>().LookAsync(await _node.OpenAccountAsync(), run, Token));
    }

    [Fact]
    public async Task Tell_RunInTheMiddleOfAStep_RepeatsNothingAndStartsNothing()
    {
        await using var target = await HttpTarget.StartAsync();
        var account = await _node.OpenAccountAsync();
        var (run, lease) = await AcceptAsync(account, target.Url("/effect"));
        var start = TestEngineRuns.Start(lease, seq: 2);
        await _node.Get<RunWriter>().WriteAsync(start with { Steps = [Trigger(lease), .. start.Steps] }, Token);
        var before = await _node.JournalAsync(account, run);

        var told = await _node.Get<RunRetelling>().TellAsync(account, run, Token);

        Assert.NotNull(told);
        Assert.Equal(2, before.Count);
        Assert.Empty(target.Requests);
        Assert.Equal(before.Select(step => (step.Seq, step.Status, step.Attempt)), (await _node.JournalAsync(account, run)).Select(step => (step.Seq, step.Status, step.Attempt)));
    }

    private static StepRecord Trigger(Lease lease) => new()
    {
        Seq = 1,
        NodeId = "Workflow1:flow:start",
        Visit = 1,
        ActivityId = "start",
        ActivityType = "AutoForge.Manual",
        Status = StepStatus.Completed,
        Outcomes = ["Done"],
        StartedAt = lease.ClaimedAt,
        FinishedAt = lease.ClaimedAt,
    };

    // The test plays the node, so that nothing happens to the run but what the test does.
    private async Task<(Guid Run, Lease Lease)> AcceptAsync(Guid account, string url = "http://localhost:9/")
    {
        var workflow = await _node.DrawAsync(account, Draw.Activity("step", "AutoForge.HttpRequest", ("url", Draw.Literal(url))));
        var run = await _node.AcceptAsync(account, workflow);
        Lease? lease;
        while (!_jobs.Leases.TryGetValue(run, out lease))
            await Task.Yield();
        return (run, lease);
    }
}
