using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>What old runs were given and gave goes; what proves their money stays.</summary>
public sealed class RunRetentionTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services.Configure<RetentionOptions>(o => o.Batch = 2));
        await _node.StartAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Sweep_OfAPlanOf30Days_ClearsWhatEndedBeforeAndProvesItsMoney()
    {
        var account = await PlannedAsync(30);
        var workflow = await _node.DrawAsync(account, Hosting.Steps.Name("name", "Order of Ada"));
        var old = new List<Guid>();
        for (var i = 0; i < 5; i++)
            old.Add(await AgedAsync(account, await EndedAsync(account, workflow), days: 31));
        var young = await AgedAsync(account, await EndedAsync(account, workflow), days: 29);

        Assert.Equal(5, await _node.Get<RunRetention>().SweepAsync(Token));

        Assert.Equal([young], (await _node.Get<RunQueries>().ListAsync(account, new RunFilter(), null, 100, Token)).Select(r => r.Id));
        Assert.Equal((1L, 1L), (await CountAsync("run_inputs", account), await CountAsync("steps WHERE seq = 1 AND", account)));
        Assert.Equal(2, (await _node.JournalAsync(account, young)).Count);
        foreach (var run in old)
        {
            Assert.Empty(await _node.JournalAsync(account, run));
            Assert.Null((await _node.RunAsync(account, run)).Name);
            var receipt = await _node.Get<ReceiptQuery>().GetAsync(account, run, Token);
            Assert.Equal((5, 2), (receipt!.TotalCents, receipt.Entries.Count));
        }
        Assert.Empty(await _node.ViolationsAsync());
        Assert.Equal(0, await _node.Get<RunRetention>().SweepAsync(Token));
    }

    [Fact]
    public async Task Sweep_WithOpenAndUnlimitedRuns_LeavesThem()
    {
        var (kept, planned) = (await _node.OpenAccountAsync(), await PlannedAsync(1));
        var ended = await AgedAsync(kept, await EndedAsync(kept, await _node.DrawAsync(kept, Hosting.Steps.Name("name", "x"))), days: 4_000);
        var waiting = await _node.AcceptAsync(planned, await _node.DrawAsync(planned, Hosting.Steps.Delay("wait", TimeSpan.FromDays(400))));
        await _node.UntilAsync(planned, waiting, RunStatus.Waiting);
        waiting = await AgedAsync(planned, waiting, days: 40);

        Assert.Equal(0, await _node.Get<RunRetention>().SweepAsync(Token));

        Assert.Equal(2, (await _node.JournalAsync(kept, ended)).Count);
        Assert.Equal(2, (await _node.JournalAsync(planned, waiting)).Count);
        Assert.Equal(RunStatus.Waiting, (await _node.RunAsync(planned, waiting)).Status);
    }

    [Fact]
    public async Task Sweep_OnTwoNodesAtOnce_ClearsEachRunOnce()
    {
        await using var other = await TestEngine.CreateAsync(database.ConnectionString);
        var account = await PlannedAsync(30);
        var workflow = await _node.DrawAsync(account, Hosting.Steps.Name("name", "x"));
        for (var i = 0; i < 12; i++)
            await AgedAsync(account, await EndedAsync(account, workflow), days: 60);

        var removed = await Task.WhenAll(_node.Get<RunRetention>().SweepAsync(Token), other.Get<RunRetention>().SweepAsync(Token));

        // One that found everything locked leaves it to the other, or to its next look.
        Assert.Equal(12, removed.Sum() + await _node.Get<RunRetention>().SweepAsync(Token));
        Assert.Equal(0, await CountAsync("run_inputs", account));
    }

    [Fact]
    public async Task Sweep_OfOldRefusals_RemovesThem()
    {
        var account = await PlannedAsync(30);
        var workflow = await _node.DrawAsync(account, Hosting.Steps.Name("name", "x"));
        await _node.Get<AccountLimits>().SetCapsAsync(account, new SpendCaps(RunCents: 1), Token);
        Assert.Equal(AcceptOutcome.OverCap, (await _node.Get<ManualStart>().StartAsync(account, workflow, new StartRequest(null), Token))!.Value.Outcome);
        await _node.Get<RunRetention>().SweepAsync(Token);
        Assert.Equal(1, await CountAsync("refusals", account));

        await database.DataSource.ExecuteAsync("UPDATE refusals SET slot = slot - interval '31 days' WHERE account_id = @a", ("a", account));
        await _node.Get<RunRetention>().SweepAsync(Token);

        Assert.Equal(0, await CountAsync("refusals", account));
    }

    private async Task<Guid> PlannedAsync(int days)
    {
        var account = await _node.OpenAccountAsync();
        await using var connection = await _node.Get<Database>().ConnectAsync(Token);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AccountLimits.SetCommand(account, new PlanLimits(RetentionDays: days)) } };
        await batch.ExecuteNonQueryAsync(Token);
        return account;
    }

    private async Task<Guid> EndedAsync(Guid account, string workflow)
    {
        var run = await _node.AcceptAsync(account, workflow);
        Assert.Equal(RunStatus.Succeeded, (await _node.EndOfAsync(account, run)).Status);
        return run;
    }

    /// <summary>Makes a run older, and with it its id, which begins with its time.</summary>
    private async Task<Guid> AgedAsync(Guid account, Guid run, int days)
    {
        var aged = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddDays(-days));
        await database.DataSource.ExecuteAsync(
            $"""
            SET session_replication_role = replica;
            UPDATE accounts SET month_cents = month_cents - CASE WHEN date_trunc('month', now() AT TIME ZONE 'UTC') = date_trunc('month', now() AT TIME ZONE 'UTC' - interval '{days} days') THEN 0 ELSE 5 END WHERE id = '{account}';
            UPDATE runs SET id = '{aged}', accepted_at = accepted_at - interval '{days} days', started_at = started_at - interval '{days} days',
                finished_at = finished_at - interval '{days} days', origin_run_id = '{aged}' WHERE id = '{run}';
            UPDATE run_inputs SET run_id = '{aged}' WHERE run_id = '{run}';
            UPDATE jobs SET id = '{aged}' WHERE id = '{run}';
            UPDATE steps SET run_id = '{aged}' WHERE run_id = '{run}';
            UPDATE ledger_entries SET run_id = '{aged}' WHERE run_id = '{run}';
            SET session_replication_role = origin
            """);
        return aged;
    }

    private Task<long> CountAsync(string rows, Guid account) =>
        database.DataSource.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM {rows} {(rows.EndsWith("AND", StringComparison.Ordinal) ? "" : "WHERE")} account_id = @a", ("a", account));
}
