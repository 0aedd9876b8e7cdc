using System.Data;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using Npgsql;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>
/// A transaction that somebody holds open keeps every version of an account's row alive. What a group does with the account
/// must not look at them (reliability 5).
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

    /// <summary>Blocks that the statement touches when it is executed.</summary>
    private static async Task<int> BlocksAsync(NpgsqlConnection connection, NpgsqlBatchCommand statement)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.CommandText}", connection);
        foreach (NpgsqlParameter parameter in statement.Parameters)
            command.Parameters.Add(parameter.Clone());
        var plan = JsonNode.Parse((string)(await command.ExecuteScalarAsync(Token))!)![0]!["Plan"]!;
        return plan["Shared Hit Blocks"]!.GetValue<int>() + plan["Shared Read Blocks"]!.GetValue<int>();
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
