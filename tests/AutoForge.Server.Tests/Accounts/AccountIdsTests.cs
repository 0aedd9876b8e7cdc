using System.Data;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>What makes an account the only one of its id, and what refers to it, is apart from its hot row (reliability 5).</summary>
public sealed class AccountIdsTests(AccountIdsTests.ServerDatabase database) : IClassFixture<AccountIdsTests.ServerDatabase>
{
    private const int Versions = 5_000;
    private const int FewBlocks = 20;

    // One of so many new versions finds no room beside the last and enters the index.
    private const int MoreThanAPageHolds = 150;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_EntersTheIndex_DoesNotLookAtOldVersions()
    {
        var account = Ids.NewId();
        await new AccountOpening(database.Database).OpenAsync(account, 500, Token);
        await using var reader = await database.Database.ConnectAsync(Token);
        await using var snapshot = await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        await using var look = new NpgsqlCommand("SELECT COUNT(*) FROM accounts", reader);
        Assert.NotEqual(0L, await look.ExecuteScalarAsync(Token));
        await ScalarAsync(database,
            $"DO 'BEGIN FOR i IN 1..{Versions} LOOP UPDATE accounts SET created_at = created_at WHERE id = ''{account}''; END LOOP; END'");

        await using var connection = await database.Database.GroupDataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        for (var update = 0; update < MoreThanAPageHolds; update++)
        {
            var accounts = await LockedAccounts.LockAsync(connection, transaction, account, Token);
            Assert.True(accounts.TryMove(new Movement(account, EntryType.Grant, 5, null, $"{update}", "Grant")));
            await using var batch = new NpgsqlBatch(connection, transaction);
            accounts.AddTo(batch);
            Assert.InRange(await ExplainedStatement.BlocksAsync(connection, batch.BatchCommands[^1], Token), 1, FewBlocks);
        }
    }

    [Fact]
    public async Task Open_ManyTimesAtOnce_IsOneAccountWithOneWelcomeCredit()
    {
        var account = Ids.NewId();
        var opening = new AccountOpening(database.Database);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => opening.OpenAsync(account, 100, Token)));

        Assert.Equal(1L, await ScalarAsync(database, $"SELECT COUNT(*) FROM accounts WHERE id = '{account}'"));
        Assert.Equal(new AccountBalance(100, 0), await new LedgerQueries(database.Database).BalanceAsync(account, Token));
    }

    [Theory]
    [InlineData("INSERT INTO workflows (account_id, id, name, latest_version) VALUES (gen_random_uuid(), 'w', 'W', 1)")]
    [InlineData("INSERT INTO stripe_customers (account_id, live, customer_id) VALUES (gen_random_uuid(), false, 'cus_1')")]
    public async Task Reference_ToNoAccount_IsForbiddenByTheDatabase(string insert)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(database, insert));

        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
    }

    [Fact]
    public async Task Migrate_DatabaseOfAnEngine_TakesItsAccountsAlong()
    {
        await using var own = await TestDatabase.CreateAsync();
        var account = Ids.NewId();
        await new AccountOpening(own.Database).OpenAsync(account, 100, Token);

        await using var opened = await Database.OpenAsync(
            new DatabaseOptions { ConnectionString = own.ConnectionString, MigrationAssemblies = [typeof(AutoForgeServer).Assembly] },
            NullLoggerFactory.Instance, Token);

        Assert.Equal(account, await ScalarAsync(own, "SELECT id FROM account_ids"));
        Assert.Equal(0L, await ScalarAsync(own, "SELECT COUNT(*) FROM pg_constraint WHERE contype = 'f' AND confrelid = 'accounts'::regclass"));
        await new AccountOpening(opened).OpenAsync(account, 100, Token);
        Assert.Equal(new AccountBalance(100, 0), await new LedgerQueries(opened).BalanceAsync(account, Token));
    }

    private static async Task<object?> ScalarAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }

    public sealed class ServerDatabase() : TestDatabase(typeof(AutoForgeServer).Assembly);
}
