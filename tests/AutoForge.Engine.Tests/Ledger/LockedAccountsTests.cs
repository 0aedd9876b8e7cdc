using AutoForge.Engine.Ledger;
using AutoForge.Testing;
using Npgsql;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>The ledger on PostgreSQL (reliability 7, 8, 9; I1, I2, I4).</summary>
public sealed class LockedAccountsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryMove_TwentyConcurrentHoldsOf75On500_ExactlySixAreGranted()
    {
        var account = await OpenAsync(500);

        var granted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => BookAsync(Hold(account, Ids.NewId(), 75))));

        Assert.Equal(6, granted.Count(g => g));
        var balance = await new LedgerQueries(database.Database).BalanceAsync(account, Token);
        Assert.Equal(new AccountBalance(50, 450), balance);
    }

    [Fact]
    public async Task TryMove_ManyWritersOnFewAccounts_NobodyDeadlocksAndTheSumsHold()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(10_000)));
        var random = new Random(4711);
        var groups = Enumerable.Range(0, 200)
            .Select(_ => Enumerable.Range(0, 4).Select(_ => Hold(accounts[random.Next(5)], Ids.NewId(), random.Next(1, 50))).ToArray())
            .ToArray();

        await Task.WhenAll(groups.Select(g => BookAsync(g)));

        foreach (var account in accounts)
        {
            var expected = groups.SelectMany(g => g).Where(m => m.AccountId == account).Sum(m => m.AmountCents);
            var balance = await new LedgerQueries(database.Database).BalanceAsync(account, Token);
            Assert.Equal(new AccountBalance(10_000 - expected, expected), balance);
        }
        var sums = (await new LedgerVerifier(database.Database).VerifyAsync(Token)).Where(r => r.Id is "I1" or "I2");
        Assert.All(sums, r => Assert.Equal(0, r.Violations));
    }

    [Fact]
    public async Task AddTo_RowThatIsNoLongerWhereItWasLocked_FailsRatherThanBookWithoutABalance()
    {
        var account = await OpenAsync(500);
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var accounts = await LockedAccounts.LockAsync(connection, transaction, account, Token);
        Assert.True(accounts.TryMove(Hold(account, Ids.NewId(), 75)));
        await using var move = new NpgsqlCommand($"UPDATE accounts SET created_at = created_at WHERE id = '{account}'", connection, transaction);
        await move.ExecuteNonQueryAsync(Token);
        await using var batch = new NpgsqlBatch(connection, transaction);
        accounts.AddTo(batch);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync(Token));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, refused.SqlState);
    }

    [Fact]
    public async Task Settlement_Twice_IsForbiddenByTheDatabase()
    {
        var account = await OpenAsync(100);
        var run = Ids.NewId();
        await BookAsync(Hold(account, run, 50), Hold(account, Ids.NewId(), 50));
        await BookAsync(new Movement(account, EntryType.Consume, 50, run, "run", "first"));

        var consume = await Assert.ThrowsAsync<PostgresException>(() => BookAsync(new Movement(account, EntryType.Consume, 50, run, "run", "second")));
        var release = await Assert.ThrowsAsync<PostgresException>(() => BookAsync(new Movement(account, EntryType.Release, 50, run, "run", "second")));

        Assert.Equal("ledger_entries_one_settlement", consume.ConstraintName);
        Assert.Equal("ledger_entries_one_settlement", release.ConstraintName);
        Assert.Equal(new AccountBalance(0, 50), await new LedgerQueries(database.Database).BalanceAsync(account, Token));
    }

    [Theory]
    [InlineData("UPDATE ledger_entries SET amount_cents = 1")]
    [InlineData("DELETE FROM ledger_entries")]
    [InlineData("TRUNCATE ledger_entries")]
    public async Task Entries_Changed_AreForbiddenByTheDatabase(string sql)
    {
        await OpenAsync(100);
        await using var command = database.DataSource.CreateCommand(sql);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token));

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    [Fact]
    public async Task Open_Twice_GrantsTheWelcomeCreditOnce()
    {
        var account = Ids.NewId();
        var opening = new AccountOpening(database.Database);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => opening.OpenAsync(account, 100, Token)));

        Assert.Equal(new AccountBalance(100, 0), await new LedgerQueries(database.Database).BalanceAsync(account, Token));
        Assert.Single(await new LedgerQueries(database.Database).ListAsync(account, new LedgerFilter(), null, 10, Token));
        await using var rows = database.DataSource.CreateCommand("SELECT COUNT(*) FROM accounts WHERE id = @id");
        rows.Parameters.AddWithValue("id", account);
        Assert.Equal(1L, await rows.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Verify_TamperedBalance_IsFound()
    {
        await using var own = await TestDatabase.CreateAsync();
        var account = Ids.NewId();
        await new AccountOpening(own.Database).OpenAsync(account, 100, Token);
        Assert.All(await new LedgerVerifier(own.Database).VerifyAsync(Token), r => Assert.Equal(0, r.Violations));

        await using var tamper = own.DataSource.CreateCommand("UPDATE accounts SET available_cents = 101");
        await tamper.ExecuteNonQueryAsync(Token);

        var violated = Assert.Single(await new LedgerVerifier(own.Database).VerifyAsync(Token), r => r.Violations > 0);
        Assert.Equal("I1", violated.Id);
        Assert.Equal($"account {account}", violated.Example);
    }

    private static Movement Hold(Guid account, Guid run, long cents) => new(account, EntryType.Hold, cents, run, "run", "hold");

    private async Task<Guid> OpenAsync(long cents)
    {
        var account = Ids.NewId();
        await new AccountOpening(database.Database).OpenAsync(account, cents, Token);
        return account;
    }

    /// <summary>One transaction; true when every movement was possible.</summary>
    private async Task<bool> BookAsync(params Movement[] movements)
    {
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        LockedAccounts accounts;
        await using (var read = new NpgsqlBatch(connection, transaction) { BatchCommands = { LockedAccounts.LockCommand(movements.Select(m => m.AccountId)) } })
        await using (var reader = await read.ExecuteReaderAsync(Token))
            accounts = await LockedAccounts.ReadAsync(reader, Token);
        var moved = movements.Count(accounts.TryMove);
        await using var write = new NpgsqlBatch(connection, transaction);
        accounts.AddTo(write);
        if (moved > 0)
            await write.ExecuteNonQueryAsync(Token);
        await transaction.CommitAsync(Token);
        return moved == movements.Length;
    }
}
