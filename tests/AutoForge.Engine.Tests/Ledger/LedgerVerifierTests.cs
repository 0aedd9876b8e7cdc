using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using Npgsql;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>Each invariant (I1 to I8, I10) is seen when it is broken, and no other is blamed. The database itself forbids most of this.</summary>
public sealed class LedgerVerifierTests : IAsyncLifetime
{
    private const string NoGuards =
        """
        ALTER TABLE ledger_entries DISABLE TRIGGER ALL;
        ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_after_not_negative;
        ALTER TABLE accounts DROP CONSTRAINT accounts_available_not_negative;
        ALTER TABLE accounts DROP CONSTRAINT accounts_pk CASCADE;
        ALTER TABLE runs DROP CONSTRAINT runs_charged_only_on_success;
        DROP INDEX ledger_entries_one_hold;
        DROP INDEX ledger_entries_one_settlement;
        """;

    private TestDatabase _database = null!;
    private TestEngine _node = null!;
    private Guid _account;
    private Guid _succeeded;
    private Guid _cancelled;
    private Guid _waiting;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _node = await TestEngine.CreateAsync(_database.ConnectionString);
        await _node.StartAsync();
        _account = await _node.OpenAccountAsync(100);
        _succeeded = await _node.AcceptAsync(_account, await _node.DrawAsync(_account));
        await _node.EndOfAsync(_account, _succeeded);
        var delayed = await _node.DrawAsync(_account, Hosting.Steps.Delay("wait", TimeSpan.FromHours(1)));
        _cancelled = await _node.AcceptAsync(_account, delayed);
        _waiting = await _node.AcceptAsync(_account, delayed);
        await _node.UntilAsync(_account, _waiting, RunStatus.Waiting);
        await _node.Get<RunCancellation>().CancelAsync(_account, _cancelled, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Verify_NothingTampered_IsClean() => Assert.Empty(await _node.ViolationsAsync());

    [Fact]
    public async Task VerifyAtLeisure_AnyDatabase_TakesOneProcess()
    {
        var verifier = new LedgerVerifier(_database.Database, [new Invariant("P", "Nothing is read in parallel.",
            "SELECT name FROM pg_settings WHERE name = 'max_parallel_workers_per_gather' AND setting <> '0'")]);

        Assert.DoesNotContain(await verifier.VerifyAtLeisureAsync(Token), result => result.Violations > 0);
        // The session is used again.
        Assert.Equal("P", Assert.Single(await verifier.VerifyAsync(Token), result => result.Violations > 0).Id);
    }

    [Theory]
    // A balance, an entry's running balance, a missing entry, entries of nobody, an account that is there twice.
    [InlineData("I1", "UPDATE accounts SET available_cents = available_cents + 1")]
    [InlineData("I1", "UPDATE accounts SET last_entry_no = last_entry_no + 1")]
    [InlineData("I1", "UPDATE ledger_entries SET held_after_cents = held_after_cents + 1 WHERE entry_no = 2")]
    [InlineData("I1", "UPDATE ledger_entries SET account_id = gen_random_uuid() WHERE entry_no = 1")]
    [InlineData("I1", "DELETE FROM ledger_entries WHERE type = 'grant'")]
    [InlineData("I1", "INSERT INTO accounts SELECT * FROM accounts")]
    // Consistent, and below zero.
    [InlineData("I2",
        """
        INSERT INTO ledger_entries
            (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents, available_after_cents, held_after_cents, source, description)
        SELECT id, last_entry_no + 1, 'adjustment', 1000, -1000, 0, available_cents - 1000, held_cents, 'x', 'x' FROM accounts;
        UPDATE accounts SET available_cents = available_cents - 1000, last_entry_no = last_entry_no + 1
        """)]
    // An open run that nothing will ever take up; a job of no run; a job of a run that is over.
    [InlineData("I3", "DELETE FROM jobs")]
    [InlineData("I3", "INSERT INTO jobs (account_id, id, due_at, attempt, tries) VALUES (@account, gen_random_uuid(), now() + interval '1 hour', 0, 0)")]
    [InlineData("I3", "INSERT INTO jobs (account_id, id, due_at, attempt, tries) VALUES (@account, @succeeded, now() + interval '1 hour', 0, 0)")]
    // Held and released once more: the sums are right, the run was settled twice.
    [InlineData("I4",
        """
        INSERT INTO ledger_entries
            (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents, available_after_cents, held_after_cents, run_id, source, description)
        SELECT id, last_entry_no + 1, 'hold', 5, -5, 5, available_cents - 5, held_cents + 5, @cancelled, 'run', 'x' FROM accounts;
        INSERT INTO ledger_entries
            (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents, available_after_cents, held_after_cents, run_id, source, description)
        SELECT id, last_entry_no + 2, 'release', 5, 5, -5, available_cents, held_cents, @cancelled, 'run', 'x' FROM accounts;
        UPDATE accounts SET last_entry_no = last_entry_no + 2
        """)]
    [InlineData("I4", "UPDATE ledger_entries SET run_id = gen_random_uuid() WHERE run_id = @cancelled")]
    // Charged and not succeeded; succeeded at another price.
    [InlineData("I5", "UPDATE runs SET status = 'Failed', charged_cents = 0, fault_code = 'x' WHERE id = @succeeded; UPDATE accounts SET month_cents = month_cents - 5")]
    [InlineData("I5", "UPDATE runs SET status = 'Succeeded' WHERE id = @cancelled; UPDATE accounts SET month_cents = month_cents + 5")]
    [InlineData("I5", "UPDATE runs SET charged_cents = 4 WHERE id = @succeeded")]
    // The money of an open run is not what is held for it.
    [InlineData("I6", "UPDATE runs SET price_cents = price_cents + 1 WHERE id = @waiting; UPDATE accounts SET month_cents = month_cents + 1")]
    // A gap, a step that ended before it began, a step that goes on after its run.
    [InlineData("I7", "UPDATE steps SET seq = seq + 1 WHERE run_id = @waiting AND seq = 2")]
    [InlineData("I7", "UPDATE steps SET finished_at = started_at - interval '1 second' WHERE run_id = @succeeded")]
    [InlineData("I7", "UPDATE steps SET status = 'Running', finished_at = NULL WHERE run_id = @succeeded")]
    [InlineData("I10", "UPDATE accounts SET month_cents = month_cents - 5")]
    // A place that nobody has, a place that was not taken, a parked job that was not counted.
    [InlineData("I11", "UPDATE accounts SET places_taken = 1")]
    [InlineData("I11", "UPDATE jobs SET has_place = true WHERE id = @waiting")]
    [InlineData("I11", "UPDATE jobs SET due_at = 'infinity' WHERE id = @waiting")]
    // Rows that belong to another account than what they refer to.
    [InlineData("I8", "UPDATE steps SET account_id = gen_random_uuid() WHERE run_id = @succeeded")]
    [InlineData("I8", "UPDATE run_inputs SET account_id = gen_random_uuid() WHERE run_id = @succeeded")]
    [InlineData("I8", "UPDATE runs SET version = 7 WHERE id = @succeeded")]
    [InlineData("I8", "INSERT INTO refusals (account_id, workflow_id, trigger_id, reason, slot) VALUES (@account, 'x', gen_random_uuid(), 'balance', now())")]
    public async Task Verify_Tampered_ReportsExactlyThatInvariant(string invariant, string sql)
    {
        await ExecuteAsync(NoGuards);
        await ExecuteAsync(sql);

        var violation = Assert.Single(await _node.ViolationsAsync());

        Assert.Equal(invariant, violation.Id);
        Assert.True(violation.Violations >= 1);
        Assert.NotNull(violation.Example);
    }

    /// <summary>What the guards are for: without them the same is refused.</summary>
    [Theory]
    [InlineData("UPDATE ledger_entries SET amount_cents = 1")]
    [InlineData("UPDATE accounts SET available_cents = -1")]
    [InlineData("UPDATE accounts SET held_cents = -1")]
    [InlineData("UPDATE runs SET charged_cents = 4 WHERE id = @succeeded")]
    [InlineData("UPDATE runs SET status = 'Succeeded' WHERE id = @waiting")]
    [InlineData("UPDATE runs SET status = 'Failed', finished_at = now() WHERE id = @waiting")]
    public async Task Tamper_WithTheGuards_IsRefused(string sql) =>
        Assert.StartsWith("23", (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(sql))).SqlState, StringComparison.Ordinal);

    private async Task ExecuteAsync(string sql)
    {
        // Without parameters where none are named: several statements, some of which change tables, are one text then.
        (string, object)[] ids = [("account", _account), ("succeeded", _succeeded), ("cancelled", _cancelled), ("waiting", _waiting)];
        foreach (var (name, value) in ids)
            sql = sql.Replace("@" + name, $"'{value}'", StringComparison.Ordinal);
        await _database.DataSource.ExecuteAsync(sql);
    }
}
