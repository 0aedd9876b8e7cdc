using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Replay: what runs again, what does not, with which key and at which price (reliability 19, 20).</summary>
public sealed class ReplayTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HttpTarget _target = null!;
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _node = await TestEngine.CreateAsync(database.ConnectionString, options => options.LeaseSeconds = 30);
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Preview_OfAFailedRun_SaysWhatWouldRunAndRepeat()
    {
        var run = await FailedAsync();

        var failed = (await Replay.PreviewAsync(_account, run, ReplayFrom.Failed, Token))!;
        var start = (await Replay.PreviewAsync(_account, run, ReplayFrom.Start, Token))!;

        Assert.Equal(("failed", 5), (failed.From, failed.PriceCents));
        Assert.Equal([("start", false, false), ("a", false, false), ("b", true, true)], failed.Steps.Select(s => (s.ActivityId, s.RunsAgain, s.RepeatsEffect)));
        Assert.Equal([("start", true, false), ("a", true, true), ("b", true, true)], start.Steps.Select(s => (s.ActivityId, s.RunsAgain, s.RepeatsEffect)));
        Assert.Equal(2, _target.Requests.Count);
    }

    [Fact]
    public async Task Replay_FromTheFailedStep_RepeatsItAloneWithItsKeyAndChargesOnce()
    {
        var run = await FailedAsync();
        var replay = await ReplayAsync(run, ReplayFrom.Failed);
        var end = await _node.EndOfAsync(_account, replay);

        Assert.Equal((RunStatus.Succeeded, 5, run), (end.Status, end.ChargedCents, end.ReplayOf));
        Assert.Equal(["/a", "/b", "/b", "/c"], _target.Requests.Select(r => r.Path));
        Assert.Single(KeysOf("/b").Distinct());
        // The later step sees what the first one answered in the run before.
        Assert.Equal("answer of a", _target.Requests[^1].Body);
        Assert.Equal(["start", "a", "b", "c"], (await _node.JournalAsync(_account, replay)).Select(s => s.ActivityId));
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Replay_FromTheStartAndAgain_KeepsKeysOriginAndPriceThroughTheGenerations()
    {
        var run = await FailedAsync();
        // Another version, dearer and different, must not be what is replayed.
        var workflow = (await _node.RunAsync(_account, run)).DefinitionId;
        await _node.Get<WorkflowStore>().SaveDraftAsync(
            _account, workflow, Draw.Chain("Other", [Draw.Trigger("start", "AutoForge.Manual"), .. Enumerable.Range(0, 9).Select(i => Hosting.Steps.Request($"x{i}", "GET", _target.Url("/x")))]), Token);
        Assert.Equal(9, (await _node.Get<WorkflowPublisher>().PublishAsync(_account, workflow, Token))!.PriceCents);

        var child = await ReplayAsync(run, ReplayFrom.Start);
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, child)).Status);
        var grandchild = await ReplayAsync(child, ReplayFrom.Start);
        var end = await _node.EndOfAsync(_account, grandchild);

        Assert.Equal((RunStatus.Succeeded, 1, 5, child), (end.Status, end.Version, end.ChargedCents, end.ReplayOf));
        Assert.Equal((3, 1), (KeysOf("/a").Length, KeysOf("/a").Distinct().Count()));
        Assert.Equal((3, 1), (KeysOf("/b").Length, KeysOf("/b").Distinct().Count()));
        Assert.NotEqual(KeysOf("/a")[0], KeysOf("/b")[0]);
        Assert.Equal(1, await database.DataSource.ScalarAsync<long>(
            "SELECT COUNT(DISTINCT origin_run_id) FROM runs WHERE id IN (@a, @b, @c) AND origin_run_id = @a", ("a", run), ("b", child), ("c", grandchild)));
        Assert.Equal(new AccountBalance(990, 0), await _node.BalanceAsync(_account));
    }

    [Fact]
    public async Task Replay_OfASucceededRun_FromFailedIsRefusedAndFromTheStartRuns()
    {
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account));
        await _node.EndOfAsync(_account, run);

        Assert.Equal("run_not_failed", (await Assert.ThrowsAsync<AutoForgeException>(() => Replay.ReplayAsync(_account, run, ReplayFrom.Failed, Token))).Code);
        Assert.Equal("run_not_failed", (await Assert.ThrowsAsync<AutoForgeException>(() => Replay.PreviewAsync(_account, run, ReplayFrom.Failed, Token))).Code);
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, await ReplayAsync(run, ReplayFrom.Start))).Status);
    }

    [Fact]
    public async Task Replay_OfAnOpenForeignOrUnknownRun_IsRefused()
    {
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1))));
        var stranger = await _node.OpenAccountAsync();

        Assert.Equal("run_not_terminal", (await Assert.ThrowsAsync<AutoForgeException>(() => Replay.ReplayAsync(_account, run, ReplayFrom.Start, Token))).Code);
        Assert.Null(await Replay.ReplayAsync(stranger, run, ReplayFrom.Start, Token));
        Assert.Null(await Replay.PreviewAsync(stranger, run, ReplayFrom.Start, Token));
        Assert.Null(await Replay.ReplayAsync(_account, Ids.NewId(), ReplayFrom.Start, Token));
    }

    [Fact]
    public async Task Replay_OfACancelledRun_WaitsOnWhereItWaited()
    {
        var workflow = await _node.DrawAsync(_account,
            Hosting.Steps.Request("before", "POST", _target.Url("/before")), Hosting.Steps.Delay("wait", TimeSpan.FromSeconds(1)), Hosting.Steps.Request("after", "POST", _target.Url("/after")));
        var run = await _node.AcceptAsync(_account, workflow);
        await _node.UntilAsync(_account, run, RunStatus.Waiting);
        Assert.True(await _node.Get<RunCancellation>().CancelAsync(_account, run, Token));
        var due = (await _node.JournalAsync(_account, run))[^1].ResumeAt;

        var end = await _node.EndOfAsync(_account, await ReplayAsync(run, ReplayFrom.Failed));

        Assert.Equal(RunStatus.Succeeded, end.Status);
        Assert.True(end.FinishedAt >= due);
        Assert.Equal(["/before", "/after"], _target.Requests.Select(r => r.Path));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Replay_OfAnUncertainRun_RepeatsTheStepWithItsKey()
    {
        var gate = new Gate(_target, "/pay");
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Request("pay", "POST", _target.Url("/pay"))));
        await gate.ArrivedAsync();
        await using (var other = await TestEngine.CreateAsync(database.ConnectionString))
        {
            await database.DataSource.ExecuteAsync("UPDATE jobs SET due_at = now(), lease_owner = NULL WHERE id = @r", ("r", run));
            await other.StartAsync();
            Assert.Equal("uncertain", (await other.EndOfAsync(_account, run)).Fault?.Code);
        }
        gate.Open();

        var preview = (await Replay.PreviewAsync(_account, run, ReplayFrom.Failed, Token))!;
        var end = await _node.EndOfAsync(_account, await ReplayAsync(run, ReplayFrom.Failed));

        Assert.Equal(("pay", "Uncertain", true, true), preview.Steps.Select(s => (s.ActivityId, s.Status, s.RunsAgain, s.RepeatsEffect)).Last());
        Assert.Equal(RunStatus.Succeeded, end.Status);
        Assert.Equal((2, 1), (KeysOf("/pay").Length, KeysOf("/pay").Distinct().Count()));
    }

    [Fact]
    public async Task Replay_SameIdempotencyKey_IsOneReplay()
    {
        var run = await FailedAsync();

        var replays = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Replay.ReplayAsync(_account, run, ReplayFrom.Failed, Token, "click")));

        Assert.Single(replays.Select(r => r!.Value.RunId).Distinct());
        Assert.Single(replays, r => r!.Value.Outcome == AcceptOutcome.Accepted);
        await _node.EndOfAsync(_account, replays[0]!.Value.RunId);
        Assert.Equal(995, (await _node.BalanceAsync(_account)).AvailableCents);
    }

    [Fact]
    public async Task Replay_WithoutBalance_StartsNothing()
    {
        var poor = await _node.OpenAccountAsync(9);
        _target.Next(500);
        var run = await _node.AcceptAsync(poor, await _node.DrawAsync(poor, Hosting.Steps.Request("get", "GET", _target.Url("/poor"))));
        await _node.EndOfAsync(poor, run);
        var held = await _node.AcceptAsync(poor, await _node.DrawAsync(poor, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1))));
        await _node.UntilAsync(poor, held, RunStatus.Waiting);

        var replay = await Replay.ReplayAsync(poor, run, ReplayFrom.Start, Token);

        Assert.Equal((AcceptOutcome.NoBalance, 5), (replay!.Value.Outcome, replay.Value.PriceCents));
        Assert.Equal(new AccountBalance(4, 5), await _node.BalanceAsync(poor));
    }

    private RunReplay Replay => _node.Get<RunReplay>();

    private string?[] KeysOf(string path) => [.. _target.Requests.Where(r => r.Path == path).Select(r => r.Header("Idempotency-Key"))];

    /// <summary>Three posts, of which the second fails the first time.</summary>
    private async Task<Guid> FailedAsync()
    {
        _target.Next(200, "answer of a").Next(500);
        JsonObject[] steps =
        [
            Hosting.Steps.Request("a", "POST", _target.Url("/a")),
            Hosting.Steps.Request("b", "POST", _target.Url("/b")),
            Hosting.Steps.Request("c", "POST", _target.Url("/c"), ("body", Draw.Template("{{ steps.a.body }}"))),
        ];
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, steps));
        var end = await _node.EndOfAsync(_account, run);
        Assert.Equal((RunStatus.Failed, "b"), (end.Status, end.Fault?.ActivityId));
        return run;
    }

    private async Task<Guid> ReplayAsync(Guid run, ReplayFrom from)
    {
        var acceptance = await Replay.ReplayAsync(_account, run, from, Token);
        Assert.Equal(AcceptOutcome.Accepted, acceptance!.Value.Outcome);
        return acceptance.Value.RunId;
    }
}
