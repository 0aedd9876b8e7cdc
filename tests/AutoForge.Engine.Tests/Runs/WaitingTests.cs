using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Delays and retries through the queue and the real worker (reliability 3, 12, 19).</summary>
public sealed class WaitingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HttpTarget _target = null!;
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _node = await NodeAsync();
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Delay_ForALongTime_WaitsInTheQueueAndGoesOnInOrder()
    {
        var start = Draw.Trigger("start", "AutoForge.Manual");
        var (late, early) = (Hosting.Steps.Delay("late", TimeSpan.FromHours(2)), Hosting.Steps.Delay("early", TimeSpan.FromHours(1)));
        var (afterLate, afterEarly) = (Hosting.Steps.Request("afterLate", "GET", _target.Url("/late")), Hosting.Steps.Request("afterEarly", "GET", _target.Url("/early")));
        var publication = await _node.PublishAsync(_account, Draw.Flowchart("Order", [start, late, early, afterLate, afterEarly],
        [
            Draw.Connect(start, "Done", late), Draw.Connect(start, "Done", early),
            Draw.Connect(late, "Done", afterLate), Draw.Connect(early, "Done", afterEarly),
        ]));

        var run = await _node.AcceptAsync(_account, publication.DefinitionId);
        await _node.UntilAsync(_account, run, RunStatus.Waiting);
        Assert.True(await database.DataSource.ScalarAsync<bool>("SELECT tries = 0 AND lease_owner IS NULL FROM jobs WHERE id = @r", ("r", run)));
        await PassAsync(run, TimeSpan.FromHours(1));
        await database.DataSource.UntilAsync("SELECT COUNT(*) = 2 FROM steps WHERE run_id = @r AND activity_id IN ('early', 'afterEarly') AND status = 'Completed'", ("r", run));
        await _node.UntilAsync(_account, run, RunStatus.Waiting);
        await PassAsync(run, TimeSpan.FromHours(1));
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, 3), (end.Status, end.Attempts));
        Assert.Equal(["start", "late", "early", "afterEarly", "afterLate"], (await _node.JournalAsync(_account, run)).Select(s => s.ActivityId));
        Assert.Equal(["/early", "/late"], _target.Requests.Select(r => r.Path));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Delay_Short_LastsAtLeastSoLong()
    {
        var workflow = await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromSeconds(0.3)));

        var run = await _node.AcceptAsync(_account, workflow);
        await _node.EndOfAsync(_account, run);

        var step = (await _node.JournalAsync(_account, run))[^1];
        Assert.True(step.FinishedAt - step.StartedAt >= TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task Retry_500And503Then200_SucceedsWithOneKeyAndOneCharge()
    {
        _target.Next(500).Next(503).Next(200);
        var workflow = await _node.DrawAsync(_account,
            Hosting.Steps.Request("post", "POST", _target.Url("/flaky"), ("retries", Draw.Literal(2)), ("safeToRepeat", Draw.Literal(true))));

        var run = await _node.AcceptAsync(_account, workflow);
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, 5), (end.Status, end.ChargedCents));
        var step = (await _node.JournalAsync(_account, run))[^1];
        Assert.Equal((StepStatus.Completed, 3), (step.Status, step.Attempt));
        Assert.Equal(3, _target.Requests.Count);
        Assert.Single(_target.Requests.Select(r => r.Header("Idempotency-Key")).Distinct(), key => key is { Length: 43 });
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
    }

    [Fact]
    public async Task Retry_UsedUp_FailsUncharged()
    {
        _target.Next(500).Next(500).Next(200);
        var workflow = await _node.DrawAsync(_account, Hosting.Steps.Request("get", "GET", _target.Url("/down"), ("retries", Draw.Literal(1))));

        var end = await _node.EndOfAsync(_account, await _node.AcceptAsync(_account, workflow));

        Assert.Equal((RunStatus.Failed, "http_status", "get", 0), (end.Status, end.Fault?.Code, end.Fault?.ActivityId, end.ChargedCents));
        Assert.Equal(2, _target.Requests.Count);
        Assert.Equal(new AccountBalance(1_000, 0), await _node.BalanceAsync(_account));
    }

    [Fact]
    public async Task Retry_ReceiverSaysWhen_IsNotTriedEarlier()
    {
        _target.Next(503, "", null, ("Retry-After", "2")).Next(200);
        var workflow = await _node.DrawAsync(_account, Hosting.Steps.Request("get", "GET", _target.Url("/busy"), ("retries", Draw.Literal(1))));

        var run = await _node.AcceptAsync(_account, workflow);
        await _node.UntilAsync(_account, run, RunStatus.Waiting);
        var waiting = (await _node.JournalAsync(_account, run))[^1];
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal(StepStatus.Waiting, waiting.Status);
        Assert.True(waiting.ResumeAt - waiting.StartedAt >= TimeSpan.FromSeconds(2));
        Assert.Equal(RunStatus.Succeeded, end.Status);
        Assert.True(end.FinishedAt >= waiting.ResumeAt);
        Assert.Equal(2, _target.Requests.Count);
    }

    [Fact]
    public async Task Key_AfterATakeoverAndOfOtherStepsAndRuns_IsWhatItMustBe()
    {
        await using var other = await NodeAsync();
        var gate = new Gate(_target, "/first");
        var workflow = await _node.DrawAsync(_account, Keyed("first"), Keyed("second"));
        var run = await _node.AcceptAsync(_account, workflow);
        await gate.ArrivedAsync();

        // The first node hangs, as far as the others can tell; the run is taken over, and its first request is repeated.
        await database.DataSource.ExecuteAsync("UPDATE jobs SET due_at = now(), lease_owner = NULL WHERE id = @r", ("r", run));
        await other.StartAsync();
        await gate.ArrivedAsync();
        gate.Open();
        Assert.Equal(RunStatus.Succeeded, (await other.EndOfAsync(_account, run)).Status);
        await other.EndOfAsync(_account, await other.AcceptAsync(_account, workflow));

        var firsts = _target.Requests.Where(r => r.Path == "/first").Select(r => r.Header("Idempotency-Key")).ToArray();
        var seconds = _target.Requests.Where(r => r.Path == "/second").Select(r => r.Header("Idempotency-Key")).ToArray();
        Assert.Equal((3, 2), (firsts.Length, seconds.Length));
        Assert.Equal(firsts[0], firsts[1]);
        Assert.Equal(4, firsts.Concat(seconds).Distinct().Count());
        Assert.Empty(await _node.ViolationsAsync());

        System.Text.Json.Nodes.JsonObject Keyed(string id) =>
            Hosting.Steps.Request(id, "POST", _target.Url("/" + id), ("safeToRepeat", Draw.Literal(true)));
    }

    [Fact]
    public async Task Takeover_InTheMiddleOfAnUnsafeStep_IsUncertainAndUncharged()
    {
        await using var other = await NodeAsync();
        var gate = new Gate(_target, "/unsafe");
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Request("pay", "POST", _target.Url("/unsafe"))));
        await gate.ArrivedAsync();

        await database.DataSource.ExecuteAsync("UPDATE jobs SET due_at = now(), lease_owner = NULL WHERE id = @r", ("r", run));
        await other.StartAsync();
        var end = await other.EndOfAsync(_account, run);
        gate.Open();
        await _node.Get<JobWorker>().StopAsync(Token);

        Assert.Equal((RunStatus.Failed, "uncertain", "pay", 2), (end.Status, end.Fault?.Code, end.Fault?.ActivityId, end.Attempts));
        Assert.Equal(StepStatus.Uncertain, (await _node.JournalAsync(_account, run))[^1].Status);
        Assert.Single(_target.Requests);
        Assert.Equal(new AccountBalance(1_000, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Started_NodeClockIsWrong_IsTheDatabasesTime()
    {
        await using var skewed = await TestEngine.CreateAsync(
            database.ConnectionString, replace: services => services.AddSingleton<TimeProvider>(new SkewedTime(TimeSpan.FromDays(3))));
        await skewed.StartAsync();

        var end = await skewed.EndOfAsync(_account, await skewed.AcceptAsync(_account, await skewed.DrawAsync(_account)));

        Assert.True(end.AcceptedAt <= end.StartedAt && end.StartedAt <= end.FinishedAt, $"{end.AcceptedAt:O} {end.StartedAt:O} {end.FinishedAt:O}");
    }

    private Task<TestEngine> NodeAsync() => TestEngine.CreateAsync(database.ConnectionString, options => options.LeaseSeconds = 10, RetryAtOnce);

    private static void RetryAtOnce(IServiceCollection services)
    {
        var make = services.Last(service => service.ServiceType == typeof(RunServices)).ImplementationFactory!;
        services.AddSingleton(s => (RunServices)make(s) with { Jitter = () => 0 });
    }

    private sealed class SkewedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    /// <summary>Moves a waiting run into the past, as if so much time had gone by.</summary>
    private Task<int> PassAsync(Guid run, TimeSpan time) => database.DataSource.ExecuteAsync(
        """
        WITH waiting AS (
            UPDATE steps
            SET resume_at = resume_at - @time, started_at = started_at - @time
            WHERE run_id = @r AND status = 'Waiting'
        )
        UPDATE jobs
        SET due_at = due_at - @time
        WHERE id = @r
        """, ("r", run), ("time", time));
}
