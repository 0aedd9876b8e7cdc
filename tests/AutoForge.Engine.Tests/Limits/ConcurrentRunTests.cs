using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Npgsql;

namespace AutoForge.Engine.Tests.Limits;

/// <summary>An account's runs are worked on by as many places as its plan has, and nobody else waits for them (reliability 10).</summary>
public sealed class ConcurrentRunTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HttpTarget _target = null!;
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _node = await NodeAsync();
        _account = await _node.OpenAccountAsync(10_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Flood_OfOneAccount_IsParkedAndAnotherAccountStartsAtOnce()
    {
        var gate = new Gate(_target, "/slow");
        var workflow = await SlowAsync();
        var flood = new List<Guid>();
        // The default of this node: two places of four.
        for (var i = 0; i < 20; i++)
            flood.Add(await _node.AcceptAsync(_account, workflow));
        await gate.ArrivedAsync();
        await gate.ArrivedAsync();
        Assert.Equal((2, 18), await PlacesAsync());

        var other = await _node.OpenAccountAsync();
        var quick = await _node.DrawAsync(other, Hosting.Steps.Name("name", "x"));
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(other, await _node.AcceptAsync(other, quick))).Status);

        Assert.Equal(2, _target.Requests.Count);
        gate.Open();
        var ends = new List<RunView>();
        foreach (var run in flood)
            ends.Add(await _node.EndOfAsync(_account, run));
        Assert.All(ends, end => Assert.Equal(RunStatus.Succeeded, end.Status));
        // Who came first went first: two at a time, so neighbours may change places.
        var started = ends.Select((end, i) => (end.StartedAt, i)).OrderBy(e => e.StartedAt).Select((e, place) => Math.Abs(e.i - place));
        Assert.All(started, distance => Assert.InRange(distance, 0, 2));
        Assert.Equal((0, 0), await PlacesAsync());
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plan_WithThreePlaces_HoldsOnTwoNodes(bool withCancellations)
    {
        await SetAsync(3);
        await using var other = await NodeAsync();
        var (now, most) = (0, 0);
        _target.On("/slow", async context =>
        {
            lock (_target)
                most = Math.Max(most, ++now);
            // The answer is late by one turn of the scheduler at least: requests that may overlap do.
            await Task.Yield();
            lock (_target)
                now--;
        });
        var workflow = await SlowAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => (i % 2 == 0 ? _node : other).AcceptAsync(_account, workflow)));
        var cancelled = runs.Where((_, i) => withCancellations && i % 5 == 0).ToArray();
        await Task.WhenAll(cancelled.Select(run => other.Get<RunCancellation>().CancelAsync(_account, run, Token)));

        foreach (var run in runs)
            await _node.EndOfAsync(_account, run);
        // A cancelled run leaves its place while its request is on the way.
        Assert.InRange(most, 1, 3 + cancelled.Length);
        Assert.Equal((0, 0), await PlacesAsync());
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Rest_OfARun_GivesItsPlaceToAnother()
    {
        await SetAsync(1);
        var waiting = await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1)));

        var runs = new[] { await _node.AcceptAsync(_account, waiting), await _node.AcceptAsync(_account, waiting), await _node.AcceptAsync(_account, waiting) };

        foreach (var run in runs)
            await _node.UntilAsync(_account, run, RunStatus.Waiting);
        Assert.Equal((0, 0), await PlacesAsync());
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Resume_OfManyAtOnce_NeedsPlacesAgain()
    {
        await SetAsync(1);
        var gate = new Gate(_target, "/slow");
        var workflow = await _node.DrawAsync(_account,
            Hosting.Steps.Delay("wait", TimeSpan.FromHours(1)), Hosting.Steps.Request("slow", "GET", _target.Url("/slow")));
        var runs = new List<Guid>();
        for (var i = 0; i < 4; i++)
            runs.Add(await _node.AcceptAsync(_account, workflow));
        foreach (var run in runs)
            await _node.UntilAsync(_account, run, RunStatus.Waiting);

        await database.DataSource.ExecuteAsync(
            """
            UPDATE steps SET resume_at = now() WHERE account_id = @a AND resume_at IS NOT NULL;
            UPDATE jobs SET due_at = now() WHERE account_id = @a
            """, ("a", _account));
        await gate.ArrivedAsync();
        await UntilPlacesAsync((1, 3));
        Assert.Single(_target.Requests);

        gate.Open();
        foreach (var run in runs)
            Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, run)).Status);
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Plan_WithMorePlaces_TakesParkedRunsUpWithTheNextAcceptance()
    {
        await SetAsync(1);
        var gate = new Gate(_target, "/slow");
        var workflow = await SlowAsync();
        var runs = new List<Guid>();
        for (var i = 0; i < 3; i++)
            runs.Add(await _node.AcceptAsync(_account, workflow));
        await gate.ArrivedAsync();
        Assert.Equal((1, 2), await PlacesAsync());

        await SetAsync(3);
        runs.Add(await _node.AcceptAsync(_account, workflow));
        Assert.Equal((3, 1), await PlacesAsync());
        await gate.ArrivedAsync();
        await gate.ArrivedAsync();

        gate.Open();
        foreach (var run in runs)
            Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, run)).Status);
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Cancel_OfAParkedAndOfAWorkingRun_CountsBoth()
    {
        await SetAsync(1);
        var gate = new Gate(_target, "/slow");
        var workflow = await SlowAsync();
        var (working, parked, next) =
            (await _node.AcceptAsync(_account, workflow), await _node.AcceptAsync(_account, workflow), await _node.AcceptAsync(_account, workflow));
        await gate.ArrivedAsync();

        Assert.True(await _node.Get<RunCancellation>().CancelAsync(_account, parked, Token));
        Assert.Equal((1, 1), await PlacesAsync());
        Assert.True(await _node.Get<RunCancellation>().CancelAsync(_account, working, Token));
        Assert.Equal((1, 0), await PlacesAsync());
        await gate.ArrivedAsync();

        gate.Open();
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(_account, next)).Status);
        Assert.Equal((0, 0), await PlacesAsync());
        Assert.Empty(await _node.ViolationsAsync());
    }

    private async Task<TestEngine> NodeAsync()
    {
        var node = await TestEngine.CreateAsync(database.ConnectionString, worker =>
        {
            worker.MaxConcurrentRuns = 4;
            worker.MaxConcurrentRunsPerAccount = 2;
            worker.LeaseSeconds = 60;
        });
        await node.StartAsync();
        return node;
    }

    private Task<string> SlowAsync() => _node.DrawAsync(_account, Hosting.Steps.Request("slow", "GET", _target.Url("/slow")));

    private async Task SetAsync(int concurrentRuns)
    {
        await using var connection = await _node.Get<Database>().ConnectAsync(Token);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { AccountLimits.SetCommand(_account, new PlanLimits(ConcurrentRuns: concurrentRuns)) },
        };
        await batch.ExecuteNonQueryAsync(Token);
    }

    private async Task<(int Taken, int Parked)> PlacesAsync() => (
        await database.DataSource.ScalarAsync<int>("SELECT places_taken FROM accounts WHERE id = @a", ("a", _account)),
        await database.DataSource.ScalarAsync<int>("SELECT runs_parked FROM accounts WHERE id = @a", ("a", _account)));

    private async Task UntilPlacesAsync((int Taken, int Parked) expected)
    {
        while (await PlacesAsync() != expected)
            await Task.Delay(5, Token);
    }
}
