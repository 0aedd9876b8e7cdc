using AutoForge.Engine.Storage;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

public sealed class DatabaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_NoConnectionString_StartsTheEmbeddedServerWithTheSchema()
    {
        using var directory = new TestDirectory();
        var embedded = new EmbeddedPostgresOptions { DataDirectory = directory.Path, ContentRoot = PostgresServer.ContentRoot };

        await using var own = await Database.OpenAsync(new DatabaseOptions { Embedded = embedded }, NullLoggerFactory.Instance, Token);

        await using var command = own.DataSource.CreateCommand("SELECT count(*) FROM accounts");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task OpenAsync_NobodyListens_IsUnavailable()
    {
        var options = new DatabaseOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2" };

        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Database.OpenAsync(options, NullLoggerFactory.Instance, Token));

        Assert.Equal("database_unavailable", error.Code);
    }

    [Fact]
    public async Task OpenAsync_NoSuchDatabase_SaysSo()
    {
        var options = new DatabaseOptions { ConnectionString = database.ConnectionString + ";Database=no_such_database" };

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => Database.OpenAsync(options, NullLoggerFactory.Instance, Token));

        Assert.Equal("database_refused", error.Code);
        Assert.Contains("no_such_database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_PoolSizeInTheConnectionString_IsKept()
    {
        var options = new DatabaseOptions { ConnectionString = database.ConnectionString + ";Maximum Pool Size=1;Timeout=1" };
        await using var small = await Database.OpenAsync(options, NullLoggerFactory.Instance, Token);

        await using var held = await small.DataSource.OpenConnectionAsync(Token);
        var error = await Assert.ThrowsAsync<NpgsqlException>(async () => await small.DataSource.OpenConnectionAsync(Token));

        Assert.True(DatabaseErrors.IsTransient(error));
    }

    [Fact]
    public async Task LeaseDataSource_MainPoolExhausted_StillHasAConnection()
    {
        var options = new DatabaseOptions { ConnectionString = database.ConnectionString + ";Maximum Pool Size=1" };
        await using var small = await Database.OpenAsync(options, NullLoggerFactory.Instance, Token);

        await using var held = await small.DataSource.OpenConnectionAsync(Token);
        await using var lease = await small.LeaseDataSource.OpenConnectionAsync(Token);

        Assert.Equal(System.Data.ConnectionState.Open, lease.State);
    }

    [Fact]
    public async Task Pools_TransactionThatStandsStill_IsEndedByTheServer()
    {
        foreach (var pool in new[] { database.Database.DataSource, database.Database.GroupDataSource })
        {
            await using var command = pool.CreateCommand("SHOW idle_in_transaction_session_timeout");

            Assert.Equal("5s", await command.ExecuteScalarAsync(Token));
        }
    }

    /// <summary>Nothing tells it from one that is at work: only the time that its transaction takes.</summary>
    [Fact(Timeout = 120_000)]
    public async Task GroupDataSource_StandsStillInTheMiddleOfABatch_IsEndedByTheServer()
    {
        await using var shared = await TestDatabase.CreateAsync();
        var account = await shared.DataSource.ScalarAsync<Guid>("INSERT INTO accounts (id) VALUES (gen_random_uuid()) RETURNING id");
        await using var proxy = new DatabaseProxy(shared.ConnectionString);
        await using var node = await Database.OpenAsync(new DatabaseOptions { ConnectionString = proxy.ConnectionString }, NullLoggerFactory.Instance, Token);
        await using var connection = await node.GroupDataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT 1 FROM accounts WHERE id = '{account}' FOR UPDATE"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT length(@text)") { Parameters = { new("text", new string('x', 1_000_000)) } });
        proxy.FreezeAfter(100_000);
        var standing = batch.ExecuteNonQueryAsync(Token);
        await using (var look = shared.DataSource.CreateCommand("SELECT 1 FROM accounts WHERE id = @id FOR UPDATE SKIP LOCKED"))
        {
            look.Parameters.AddWithValue("id", account);
            while (await look.ExecuteScalarAsync(Token) is not null)
                await Task.Yield();
        }

        await using var other = shared.DataSource.CreateCommand("SELECT 1 FROM accounts WHERE id = @id FOR UPDATE");
        other.CommandTimeout = 60;
        other.Parameters.AddWithValue("id", account);

        Assert.Equal(1, await other.ExecuteScalarAsync(Token));
        proxy.Cut();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => standing);
    }

    [Fact]
    public async Task TestDatabase_TwoOfThem_AreApart()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var insert = other.DataSource.CreateCommand("INSERT INTO accounts (id) VALUES (gen_random_uuid())");
        await insert.ExecuteNonQueryAsync(Token);

        await using var count = database.DataSource.CreateCommand("SELECT count(*) FROM accounts");

        Assert.Equal(0L, await count.ExecuteScalarAsync(Token));
    }
}
