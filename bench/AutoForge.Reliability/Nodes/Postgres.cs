using System.Globalization;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Reliability.Nodes;

/// <summary>The PostgreSQL of a cluster, as durable as in production. It is started again whenever it dies.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromSeconds(60);

    private readonly EmbeddedPostgres? _server;
    private readonly string _pidFile;

    private Postgres(EmbeddedPostgres? server, string connectionString, string directory)
    {
        _server = server;
        _pidFile = Path.Combine(directory, "cluster", "postmaster.pid");
        ConnectionString = connectionString;
        Source = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>Starts one that all nodes share.</summary>
    public static async Task<Postgres> StartAsync(string directory)
    {
        var options = new EmbeddedPostgresOptions
        {
            DataDirectory = directory,
            ContentRoot = PostgresServer.ContentRoot,
            // Several nodes with their pools.
            Settings = new Dictionary<string, string> { ["max_connections"] = "250" },
        };
        var server = await EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, CancellationToken.None);
        return new Postgres(server, server.ConnectionString, directory);
    }

    /// <summary>Looks into the one that a node has embedded.</summary>
    public static Postgres Attach(string directory) => new(
        null,
        EmbeddedPostgres.TryAttach(new EmbeddedPostgresOptions { DataDirectory = directory }) ?? throw new InvalidOperationException("The node has no database."),
        directory);

    /// <summary>kill -9 of the first process: the others notice and leave without a checkpoint.</summary>
    public async Task KillAsync()
    {
        await Signals.SendAsync(ProcessId(), "KILL");
        await WaitUntilBackAsync();
    }

    /// <summary>kill -9 of one session: the server ends all sessions and recovers, since shared memory may be torn.</summary>
    public async Task KillSessionAsync()
    {
        await using (var command = Source.CreateCommand(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'autoforge%' ORDER BY (state = 'active') DESC, random() LIMIT 1"))
        {
            if (await command.ExecuteScalarAsync() is int session)
                await Signals.SendAsync(session, "KILL");
        }
        await WaitUntilBackAsync();
    }

    /// <summary>An orderly restart, as for an upgrade: sessions are ended and told so.</summary>
    public async Task RestartAsync()
    {
        await Signals.SendAsync(ProcessId(), "INT");
        await WaitUntilBackAsync();
    }

    private async Task WaitUntilBackAsync()
    {
        using var limit = new CancellationTokenSource(ReturnLimit);
        while (true)
        {
            // The restart takes a moment to begin.
            await Task.Delay(200, limit.Token);
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=3");
                await connection.OpenAsync(limit.Token);
                NpgsqlConnection.ClearAllPools();
                Source.Clear();
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // Still away.
            }
        }
    }

    private int ProcessId() => int.Parse(File.ReadLines(_pidFile).First(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
