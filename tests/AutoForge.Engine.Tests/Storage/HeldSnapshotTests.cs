using System.Data;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

/// <summary>
/// A transaction that somebody holds open keeps every version of an account's row alive, and every job that has ended. What a
/// group does with accounts and jobs must not look at them (reliability 5), nor at what belongs to other accounts.
/// </summary>
public sealed class HeldSnapshotTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Versions = 5_000;

    // They fill a hundred and more.
    private const int FewBlocks = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LockAndUpdate_ManyOldVersions_AreNotLookedAt()
    {
        var account = Ids.NewId();
        await new AccountOpening(database.Database).OpenAsync(account, 500, Token);
        await using var reader = await database.Database.ConnectAsync(Token);
        await using var snapshot = await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        Assert.Equal(1L, await ScalarAsync(reader, "SELECT COUNT(*) FROM accounts"));
        await database.DataSource.ExecuteAsync($"DO 'BEGIN FOR i IN 1..{Versions} LOOP UPDATE accounts SET created_at = created_at; END LOOP; END'");

        await using var connection = await database.Database.GroupDataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var accounts = await LockedAccounts.LockAsync(connection, transaction, account, Token);
        Assert.True(accounts.TryMove(new Movement(account, EntryType.Hold, 5, Ids.NewId(), "run", "Hold")));
        await using var batch = new NpgsqlBatch(connection, transaction);
        accounts.AddTo(batch);

        Assert.InRange(await BlocksAsync(connection, LockedAccounts.LockCommand([account])), 1, FewBlocks);
        Assert.InRange(await BlocksAsync(connection, batch.BatchCommands[^1]), 1, FewBlocks);
        var byId = new NpgsqlBatchCommand("SELECT * FROM accounts WHERE id = @id") { Parameters = { new("id", account) } };
        Assert.True(await BlocksAsync(connection, byId) > FewBlocks, "There are no old versions in the way.");
    }

    [Fact]
    public async Task Lock_PlannedWhileNobodyHadLimits_DoesNotReadThoseOfOthers()
    {
        await using var own = await TestDatabase.CreateAsync();
        var account = Ids.NewId();
        await new AccountOpening(own.Database).OpenAsync(account, 500, Token);
        await using var connection = await own.Database.GroupDataSource.OpenConnectionAsync(Token);
        await own.DataSource.ExecuteAsync("VACUUM ANALYZE account_limits");
        await ScalarAsync(connection, $"PREPARE lock (uuid[]) AS {LockedAccounts.LockCommand([account]).CommandText.Replace("@ids", "$1", StringComparison.Ordinal)}");
        var execute = new NpgsqlBatchCommand($"EXECUTE lock ('{{{account}}}')");
        Assert.InRange(await BlocksAsync(connection, execute), 1, FewBlocks);

        await own.DataSource.ExecuteAsync(
            $"""
            WITH others AS (INSERT INTO accounts (id) SELECT gen_random_uuid() FROM generate_series(1, {Versions}) RETURNING id)
            INSERT INTO account_limits (account_id)
            SELECT id
            FROM others
            """);

        Assert.InRange(await BlocksAsync(connection, execute), 1, FewBlocks);
    }

    [Fact]
    public async Task Jobs_PlannedWhileFewOfManyWereLeft_ThoseThatHaveEndedAreNotLookedAt()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var reader = await own.Database.ConnectAsync(Token);
        await using var snapshot = await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead, Token);
        Assert.Equal(0L, await ScalarAsync(reader, "SELECT COUNT(*) FROM jobs"));
        await own.DataSource.ExecuteAsync(
            $"""
            INSERT INTO jobs (account_id, id, due_at, attempt, tries)
            SELECT gen_random_uuid(), gen_random_uuid(), now(), 1, 1
            FROM generate_series(1, {Versions})
            """);
        await own.DataSource.ExecuteAsync("DELETE FROM jobs WHERE ctid <> (SELECT min(ctid) FROM jobs)");
        await own.DataSource.ExecuteAsync("ANALYZE jobs");

        await using var connection = await own.Database.GroupDataSource.OpenConnectionAsync(Token);
        var queue = new JobQueue(own.Database, new NodeIdentity(), TimeProvider.System, Options.Create(new WorkerOptions()));
        var lease = new Lease
        {
            AccountId = Ids.NewId(),
            JobId = Ids.NewId(),
            Attempt = 1,
            Tries = 1,
            HasPlace = true,
            ClaimedAt = TimeProvider.System.GetUtcNow(),
        };
        NpgsqlBatchCommand[] statements =
        [
            queue.FenceCommand([lease]), queue.RemoveCommand([lease]), JobQueue.GiveBackCommand([lease.AccountId], [lease.JobId], [lease.ClaimedAt]),
            JobQueue.HandOutCommand([(lease.AccountId, 1)]),
        ];
        foreach (var statement in statements)
            Assert.InRange(await BlocksAsync(connection, statement), 0, FewBlocks);
        Assert.True(await BlocksAsync(connection, new NpgsqlBatchCommand("SELECT COUNT(*) FROM jobs")) > FewBlocks, "There are no old jobs in the way.");
    }

    private static Task<int> BlocksAsync(NpgsqlConnection connection, NpgsqlBatchCommand statement) =>
        ExplainedStatement.BlocksAsync(connection, statement, Token);

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
