using AutoForge.Engine.Storage;
using AutoForge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migration First = new(1, "first", "CREATE TABLE first (id integer);\nINSERT INTO first VALUES (1);");
    private static readonly Migration Second = new(2, "second", "CREATE TABLE second (id integer)");

    private string connectionString = "";
    private NpgsqlDataSource dataSource = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = await PostgresServer.CreateDatabaseAsync();
        dataSource = NpgsqlDataSource.Create(connectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await dataSource.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(connectionString);
    }

    [Fact]
    public async Task MigrateAsync_EmptyDatabase_AppliesEveryMigrationOnce()
    {
        await MigrateAsync(First, Second);
        await MigrateAsync(First, Second);

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM first"));
        Assert.Equal(2L, await ScalarAsync("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task MigrateAsync_EngineMigrations_ApplyToAnEmptyDatabase()
    {
        await MigrateAsync([.. Migration.In([typeof(Database).Assembly])]);

        Assert.Equal(true, await ScalarAsync("SELECT to_regclass('ledger_entries') IS NOT NULL"));
    }

    [Fact]
    public async Task MigrateAsync_LaterMigration_IsAddedToWhatIsThere()
    {
        await MigrateAsync(First);
        await MigrateAsync(First, Second);

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM first"));
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM second"));
    }

    [Fact]
    public async Task MigrateAsync_EightNodesAtOnce_ApplyEachMigrationOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => MigrateAsync(First, Second))));

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM first"));
    }

    [Fact]
    public async Task MigrateAsync_FailingMigration_LeavesNothingOfItselfAndKeepsEarlierOnes()
    {
        var failing = new Migration(2, "failing", "CREATE TABLE half (id integer); SELECT 1 / 0;");

        await Assert.ThrowsAsync<PostgresException>(() => MigrateAsync(First, failing));

        Assert.Equal(false, await ScalarAsync("SELECT to_regclass('half') IS NOT NULL"));
        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM schema_migrations"));
        // The lock was given back: the mended migration applies.
        await MigrateAsync(First, Second);
    }

    [Fact]
    public async Task MigrateAsync_ChangedMigration_IsRefused()
    {
        await MigrateAsync(First);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => MigrateAsync(First with { Sql = "SELECT 1" }, Second));

        Assert.Equal("schema_changed", error.Code);
        Assert.Contains("0001_first", error.Message, StringComparison.Ordinal);
        Assert.Equal(false, await ScalarAsync("SELECT to_regclass('second') IS NOT NULL"));
    }

    [Fact]
    public async Task MigrateAsync_MissingMigration_IsRefused()
    {
        await MigrateAsync(First, Second);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => MigrateAsync(Second));

        Assert.Equal("schema_changed", error.Code);
    }

    [Fact]
    public async Task MigrateAsync_DatabaseOfANewerVersion_IsRefused()
    {
        await MigrateAsync(First, Second);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => MigrateAsync(First));

        Assert.Equal("schema_newer", error.Code);
    }

    [Fact]
    public async Task MigrateAsync_OtherLineEnds_AreTheSameMigration()
    {
        await MigrateAsync(First);
        await MigrateAsync(First with { Sql = First.Sql.ReplaceLineEndings("\r\n") });

        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM first"));
    }

    [Fact]
    public async Task MigrateAsync_NoLimitOnIdleTransactions_SetsOneForNewSessions()
    {
        await ExecuteAsync($"ALTER ROLE CURRENT_USER IN DATABASE {DatabaseName} SET idle_in_transaction_session_timeout = 0");
        NpgsqlConnection.ClearPool(dataSource.CreateConnection());
        await using var before = NpgsqlDataSource.Create(connectionString);
        await new Migrator(before, [First], NullLogger<Migrator>.Instance).MigrateAsync(TestContext.Current.CancellationToken);

        await using var after = NpgsqlDataSource.Create(connectionString);
        Assert.Equal("1min", await ScalarAsync("SHOW idle_in_transaction_session_timeout", after));
    }

    private string DatabaseName => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private Task<Version> MigrateAsync(params Migration[] migrations) =>
        new Migrator(dataSource, migrations, NullLogger<Migrator>.Instance).MigrateAsync(TestContext.Current.CancellationToken);

    private async Task<object?> ScalarAsync(string sql, NpgsqlDataSource? source = null)
    {
        await using var command = (source ?? dataSource).CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
