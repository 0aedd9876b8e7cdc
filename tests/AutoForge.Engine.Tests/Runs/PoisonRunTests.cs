using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using static AutoForge.Engine.Tests.Hosting.TestEngineRuns;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Runs that cannot end by themselves end visibly, and their money comes back (reliability 3; I3, I6).</summary>
public sealed class PoisonRunTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int MaxTries = 2;

    private readonly HeldJobs _jobs = new();
    private HttpTarget _target = null!;
    private TestEngine _dying = null!;
    private TestEngine _worker = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _dying = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services.AddSingleton<IJobHandler>(_jobs));
        _worker = await TestEngine.CreateAsync(database.ConnectionString, options => options.MaxTries = MaxTries);
        _account = await _dying.OpenAccountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _dying.DisposeAsync();
        await _worker.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Claim_MoreOftenThanTheLimit_EndsTheRunUnchargedAndClosesItsSteps()
    {
        var run = await TriedAsync(MaxTries, "Running");

        await _worker.StartAsync();
        var end = await _worker.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Failed, "gave_up", MaxTries + 1), (end.Status, end.Fault?.Code, end.Attempts));
        Assert.Equal(StepStatus.Uncertain, Assert.Single(await _worker.JournalAsync(_account, run)).Status);
        await AssertOverAsync(run);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public async Task Claim_AsOftenAsTheLimit_StillRuns()
    {
        var run = await TriedAsync(MaxTries - 1, null);

        await _worker.StartAsync();
        var end = await _worker.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, MaxTries), (end.Status, end.Attempts));
        Assert.Single(_target.Requests);
    }

    [Theory]
    [InlineData(0, "internal_error")]
    [InlineData(MaxTries, "gave_up")]
    public async Task Claim_JournalThatCannotBeRead_EndsTheRunAllTheSame(int tries, string code)
    {
        var run = await TriedAsync(tries, "Waiting");
        await database.DataSource.ExecuteAsync("UPDATE steps SET output = '{' WHERE run_id = @r", ("r", run));
        await _dying.ExpireLeasesAsync(_account);

        await _worker.StartAsync();
        var end = await _worker.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Failed, code), (end.Status, end.Fault?.Code));
        Assert.Equal("Cancelled", await database.DataSource.ScalarAsync<string>("SELECT status FROM steps WHERE run_id = @r", ("r", run)));
        await AssertOverAsync(run);
    }

    [Fact]
    public async Task Claim_VersionThatCannotBeCompiled_EndsTheRun()
    {
        var run = await TriedAsync(0, null);
        await database.DataSource.ExecuteAsync(
            """
            UPDATE workflow_versions AS v
            SET document = '{"name": "broken", "root": []}'
            FROM runs AS r
            WHERE r.id = @r AND v.account_id = r.account_id AND v.workflow_id = r.workflow_id
            """, ("r", run));
        await _dying.ExpireLeasesAsync(_account);

        await _worker.StartAsync();
        var end = await _worker.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Failed, "internal_error"), (end.Status, end.Fault?.Code));
        await AssertOverAsync(run);
    }

    /// <summary>Text that PostgreSQL cannot hold must not make every write of a run fail.</summary>
    [Theory]
    [InlineData("Elsa.SetName", "value")]
    [InlineData("Elsa.Correlate", "correlationId")]
    [InlineData("Elsa.Fault", "message")]
    [InlineData("Elsa.WriteLine", "text")]
    public async Task Settle_TextWithZeroCharacters_IsStoredInTheFirstTry(string type, string input)
    {
        await _worker.StartAsync();
        var workflow = await _worker.DrawAsync(_account,
            AutoForge.Testing.Running.Draw.Activity("text", type, (input, AutoForge.Testing.Running.Draw.Template("a{{ trigger.input.text }}z"))));

        var run = await _worker.AcceptAsync(_account, workflow, input: new() { ["text"] = "\0" });
        var end = await _worker.EndOfAsync(_account, run);

        Assert.Equal(1, end.Attempts);
        Assert.NotEqual("gave_up", end.Fault?.Code);
        Assert.NotEqual("internal_error", end.Fault?.Code);
        await AssertOverAsync(run);
    }

    /// <summary>A run that so many nodes have died with; its last lease is over.</summary>
    private async Task<Guid> TriedAsync(int tries, string? stepStatus)
    {
        var workflow = await _dying.DrawAsync(_account, Hosting.Steps.Request("get", "GET", _target.Url("/poison")));
        var run = await _dying.AcceptAsync(_account, workflow);
        while (!_jobs.Leases.ContainsKey(run))
            await Task.Yield();
        if (stepStatus is not null)
        {
            await _dying.Get<RunWriter>().WriteAsync(Start(_jobs.Leases[run]), Token);
            await _dying.Get<Database>().DataSource.ExecuteAsync("UPDATE steps SET status = @s WHERE run_id = @r", ("s", stepStatus), ("r", run));
        }
        await _dying.ExpireLeasesAsync(_account);
        await _dying.Get<Database>().DataSource.ExecuteAsync("UPDATE jobs SET tries = @t, attempt = @t WHERE id = @r", ("t", tries), ("r", run));
        return run;
    }

    private async Task AssertOverAsync(Guid run)
    {
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE id = @r", ("r", run)));
        Assert.Equal(0, (await _worker.BalanceAsync(_account)).HeldCents);
        Assert.Single(await _worker.Get<LedgerQueries>().ListAsync(_account, new LedgerFilter(run, EntryType.Release), null, 10, Token) is { Count: > 0 } released
            ? released
            : await _worker.Get<LedgerQueries>().ListAsync(_account, new LedgerFilter(run, EntryType.Consume), null, 10, Token));
        Assert.Empty(await _worker.ViolationsAsync());
    }
}
