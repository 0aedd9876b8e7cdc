using System.Collections.Concurrent;
using System.Reflection;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace AutoForge.Testing;

/// <summary>
/// A migrated database for one test class: <c>IClassFixture&lt;TestDatabase&gt;</c>. Derive a class to bring migrations of
/// other assemblies along.
/// </summary>
public class TestDatabase : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();

    private readonly IReadOnlyList<Assembly> migrations;
    private Database? database;

    /// <summary>With the engine's tables.</summary>
    public TestDatabase() : this([]) { }

    /// <summary>With the engine's tables and those of other assemblies.</summary>
    protected TestDatabase(params IReadOnlyList<Assembly> migrations) => this.migrations = migrations;

    /// <summary>The open database, as the server has it.</summary>
    public Database Database => database ?? throw new InvalidOperationException("InitializeAsync has not been awaited.");

    /// <summary>The pool of <see cref="Database"/>.</summary>
    public NpgsqlDataSource DataSource => Database.DataSource;

    /// <summary>For a server that opens the database itself.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>A database for one test; dispose it.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var key = string.Join(',', migrations.Select(assembly => assembly.FullName));
        var template = await Templates.GetOrAdd(key, _ => new(CreateTemplateAsync)).Value;
        ConnectionString = await PostgresServer.CreateDatabaseAsync(template);
        database = await OpenAsync(ConnectionString);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (database is null)
            return;
        await database.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(ConnectionString);
    }

    private async Task<string> CreateTemplateAsync()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await (await OpenAsync(connectionString)).DisposeAsync();
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    private Task<Database> OpenAsync(string connectionString) => Database.OpenAsync(
        new DatabaseOptions { ConnectionString = connectionString, MigrationAssemblies = migrations },
        NullLoggerFactory.Instance,
        CancellationToken.None);
}
