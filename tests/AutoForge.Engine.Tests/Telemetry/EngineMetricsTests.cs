using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using static AutoForge.Engine.Tests.Hosting.TestEngineRuns;

namespace AutoForge.Engine.Tests.Telemetry;

/// <summary>What the engine measures of runs is what happened to them.</summary>
public sealed class EngineMetricsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_OneOfEachEnd_AreCountedByOutcome()
    {
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        using var measured = new RecordedMetrics(node.Get<EngineMetrics>());
        await node.StartAsync();
        var account = await node.OpenAccountAsync(15);
        var (good, bad, late) = (
            await node.DrawAsync(account, Hosting.Steps.Name("name", "x")), await node.DrawAsync(account, Hosting.Steps.Fault("stop")),
            await node.DrawAsync(account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1))));

        var succeeded = await node.AcceptAsync(account, good, key: "once");
        await node.AcceptAsync(account, good, key: "once");
        await node.EndOfAsync(account, succeeded);
        await node.EndOfAsync(account, await node.AcceptAsync(account, bad));
        var cancelled = await node.AcceptAsync(account, late);
        await node.UntilAsync(account, cancelled, RunStatus.Waiting);
        Assert.True(await node.Get<RunCancellation>().CancelAsync(account, cancelled, Token));
        await node.Get<JobWorker>().StopAsync(Token);

        Assert.Equal((3, 1, 0), (Count("accepted"), Count("duplicate"), Count("unavailable")));
        Assert.Equal(4, measured.Of("autoforge.accept.duration").Count);
        foreach (var outcome in new[] { "succeeded", "failed", "cancelled" })
            Assert.InRange(Assert.Single(measured.Of("autoforge.run.duration", outcome)), 0, 60);
        Assert.Equal(3, measured.Of("autoforge.run.start_delay").Count);
        Assert.Equal(measured.Of("autoforge.group.size").Count, measured.Of("autoforge.group.duration").Count);
        // Four wishes, two ends, and a rest.
        Assert.Equal(7, measured.Of("autoforge.group.size").Sum());
        Assert.Empty(measured.Of("autoforge.fencing.rejections"));

        int Count(string outcome) => measured.Of("autoforge.accept.requests", outcome).Count;
    }

    [Fact]
    public async Task Retries_OfAFailingStep_AreCounted()
    {
        await using var target = await HttpTarget.StartAsync();
        target.Next(500).Next(200);
        await using var node = await TestEngine.CreateAsync(database.ConnectionString, replace: services =>
        {
            var make = services.Last(service => service.ServiceType == typeof(RunServices)).ImplementationFactory!;
            services.AddSingleton(s => (RunServices)make(s) with { Jitter = () => 0 });
        });
        using var measured = new RecordedMetrics(node.Get<EngineMetrics>());
        await node.StartAsync();
        var account = await node.OpenAccountAsync();

        var end = await node.EndOfAsync(account, await node.AcceptAsync(account, await node.DrawAsync(
            account, Hosting.Steps.Request("get", "GET", target.Url("/flaky"), ("retries", AutoForge.Testing.Running.Draw.Literal(1))))));

        Assert.Equal(RunStatus.Succeeded, end.Status);
        Assert.Equal([1.0], measured.Of("autoforge.step.retries"));
    }

    [Fact]
    public async Task Zombie_Writes_IsCountedAsRejectedOnItsNode()
    {
        var jobs = new HeldJobs();
        await using var node = await NodeAsync(jobs);
        await using var other = await NodeAsync(jobs);
        using var measured = new RecordedMetrics(node.Get<EngineMetrics>());
        using var elsewhere = new RecordedMetrics(other.Get<EngineMetrics>());
        var account = await node.OpenAccountAsync();
        var run = await node.AcceptAsync(account, await node.DrawAsync(account));
        Lease? zombie;
        while (!jobs.Leases.TryGetValue(run, out zombie))
            await Task.Yield();
        await node.ExpireLeasesAsync(account);
        var current = await other.ClaimAsync(run);

        await Assert.ThrowsAsync<LeaseLostException>(() => node.Get<RunWriter>().WriteAsync(Start(zombie), Token).AsTask());
        await other.Get<RunWriter>().WriteAsync(Success(current), Token);

        Assert.Equal([1.0], measured.Of("autoforge.fencing.rejections"));
        Assert.Empty(elsewhere.Of("autoforge.fencing.rejections"));
        jobs.Release();
    }

    [Fact]
    public async Task Lease_TakenAwayInTheMiddleOfAStep_IsCountedAsLost()
    {
        await using var target = await HttpTarget.StartAsync();
        await using var node = await TestEngine.CreateAsync(database.ConnectionString, options => options.LeaseSeconds = 60);
        using var measured = new RecordedMetrics(node.Get<EngineMetrics>());
        var account = await node.OpenAccountAsync();
        var gate = new Gate(target, "/held");
        var run = await node.AcceptAsync(account, await node.DrawAsync(account, Hosting.Steps.Request("post", "POST", target.Url("/held"))));
        await gate.ArrivedAsync();
        Assert.Empty(measured.Of("autoforge.lease.losses"));

        await database.DataSource.ExecuteAsync("UPDATE jobs SET attempt = attempt + 1, lease_owner = gen_random_uuid() WHERE id = @r", ("r", run));
        node.Get<LeaseKeeper>().Renew();
        await node.Get<JobWorker>().StopAsync(Token);
        gate.Open();

        Assert.Equal([1.0], measured.Of("autoforge.lease.losses"));
    }

    [Fact]
    public async Task Queue_JobsDueAndParked_IsMeasuredAndUnknownWithoutADatabase()
    {
        await using var own = new TestDatabase();
        await own.InitializeAsync();
        await using var proxy = new DatabaseProxy(own.ConnectionString);
        await using var node = await TestEngine.CreateAsync(proxy.ConnectionString);
        var gauges = node.Get<QueueGauges>();
        using var measured = new RecordedMetrics(node.Get<EngineMetrics>());
        await gauges.StartAsync(Token);
        var account = await node.OpenAccountAsync();
        await own.DataSource.ExecuteAsync(
            """
            INSERT INTO jobs (account_id, id, due_at, attempt, tries)
            VALUES (@a, gen_random_uuid(), now() - interval '90 seconds', 0, 0), (@a, gen_random_uuid(), now() - interval '1 second', 0, 0),
                   (@a, gen_random_uuid(), 'infinity', 0, 0), (@a, gen_random_uuid(), now() + interval '1 hour', 0, 0)
            """, ("a", account));

        await gauges.MeasureAsync(Token);
        Assert.Equal((2.0, 1.0, 1.0), (measured.Gauge("autoforge.queue.depth"), measured.Gauge("autoforge.queue.parked"), measured.Gauge("autoforge.database.up")));
        Assert.InRange(measured.Gauge("autoforge.queue.age")!.Value, 90, 600);

        proxy.Cut();
        await gauges.MeasureAsync(Token);
        Assert.Null(measured.Gauge("autoforge.queue.depth"));
        Assert.Equal(0, measured.Gauge("autoforge.database.up"));
        await gauges.StopAsync(Token);
    }

    private Task<TestEngine> NodeAsync(HeldJobs jobs) => TestEngine.CreateAsync(
        database.ConnectionString, options => options.LeaseSeconds = 60, services => services.AddSingleton<IJobHandler>(jobs));
}
