using AutoForge.Engine.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Testing;

/// <summary>The embedded PostgreSQL of this test process: started by the first test that needs it, gone with the process.</summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<EmbeddedPostgres>> Server = new(StartAsync);

    /// <summary>Where the programs of PostgreSQL are installed by npm.</summary>
    public static string ContentRoot => Path.Combine(RepositoryRoot.Find(), "src", "AutoForge.Server");

    /// <summary>Makes a database of its own, empty or a copy.</summary>
    /// <param name="template">A database that nobody is connected to; null for an empty one.</param>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = "test_" + Ids.NewText();
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template ?? "template0"}");
        return new NpgsqlConnectionStringBuilder((await Server.Value).ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Removes a database; connections to it are cut.</summary>
    public static Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static async Task ExecuteAsync(string sql)
    {
        // However long it takes on a busy machine: the limit of the test is the limit.
        var settings = new NpgsqlConnectionStringBuilder((await Server.Value).ConnectionString) { Timeout = 120, CommandTimeout = 0 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        TestDirectory.Sweep();
        var directory = new TestDirectory();
        var options = new EmbeddedPostgresOptions
        {
            DataDirectory = Path.Combine(directory.Path, "postgres"),
            ContentRoot = ContentRoot,
            // The data need not survive a power cut; a database for each test class would wait for the disk otherwise.
            Settings = new Dictionary<string, string> { ["fsync"] = "off" },
        };
        var server = await EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            directory.Dispose();
        };
        return server;
    }
}
