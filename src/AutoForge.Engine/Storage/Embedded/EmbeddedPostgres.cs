using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>
/// A private PostgreSQL server on a Unix socket, with its data under one directory. It lives as long as this object and
/// never longer than this process; when it dies by itself it is started again.
/// </summary>
/// <remarks>Every commit is on disk before it is answered (<c>fsync</c> and <c>synchronous_commit</c> are on).</remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Name = "autoforge";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly EmbeddedPostgresOptions options;
    private readonly PostgresDirectory directory;
    private readonly IReadOnlyList<string> command;
    private readonly ChildUser user;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, PostgresDirectory directory, PostgresBinaries binaries, ChildUser user, ILogger logger)
    {
        this.options = options;
        this.directory = directory;
        this.user = user;
        this.logger = logger;
        command = PostgresSettings.CommandLine(binaries, directory, options.Settings);
        ConnectionString = ConnectionStringOf(directory.SocketDirectory, directory.Password);
    }

    /// <summary>Of the database <c>autoforge</c> and its owner; holds the password. Stays the same across restarts.</summary>
    public string ConnectionString { get; }

    internal string DataDirectory => directory.Path;

    /// <summary>The number of the server's first process.</summary>
    internal int ProcessId => int.Parse(File.ReadLines(directory.PidFile).First(), CultureInfo.InvariantCulture);

    /// <summary>Creates the cluster if it is missing, starts the server and waits until it takes connections.</summary>
    /// <exception cref="AutoForgeException">
    /// <c>postgres_not_found</c>, <c>data_directory_in_use</c>, <c>data_directory_unreachable</c>, <c>database_version</c>,
    /// <c>database_start_failed</c>; the message says what to do.
    /// </exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, ILogger<EmbeddedPostgres> logger, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new AutoForgeException("platform_not_supported", "The embedded database runs on Linux and macOS. Set AutoForge__Database to use a server of your own.");

        var binaries = PostgresBinaries.Find(options);
        var directory = PostgresDirectory.Open(options.DataDirectory);
        try
        {
            var user = await ChildUser.ForAsync(directory, binaries, options, cancellationToken);
            await PostgresCluster.PrepareAsync(directory, binaries, user, cancellationToken);

            var postgres = new EmbeddedPostgres(options, directory, binaries, user, logger);
            postgres.watching = postgres.WatchAsync(await postgres.LaunchAsync(cancellationToken));
            return postgres;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Whether the data directory holds a complete cluster.</summary>
    internal static bool Exists(EmbeddedPostgresOptions options) => Directory.Exists(Path.Combine(options.DataDirectory, "cluster"));

    /// <summary>
    /// The connection string of the server that another process runs in this data directory, so that a command can work
    /// beside it; null when there is none. It ends when that process ends it.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">It is just starting or stopping; try again.</exception>
    /// <exception cref="AutoForgeException"><c>data_directory_unreachable</c>: it belongs to another user.</exception>
    public static string? TryAttach(EmbeddedPostgresOptions options) =>
        !OperatingSystem.IsWindows() && RunningServer.Find(Path.GetFullPath(options.DataDirectory)) is var (socketDirectory, password)
            ? ConnectionStringOf(socketDirectory, password)
            : null;

    private static string ConnectionStringOf(string socketDirectory, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = socketDirectory,
        Database = Name,
        Username = Name,
        Password = password,
    }.ConnectionString;

    private async Task<PostgresProcess> LaunchAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await LeftoverServer.EndAsync(directory, cancellationToken);
        directory.RemoveStaleFiles();

        var server = PostgresProcess.Start(user, command, logger);
        try
        {
            await WaitUntilReadyAsync(server, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        logger.PostgresStarted(directory.Path, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return server;
    }

    private async Task WaitUntilReadyAsync(PostgresProcess server, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.StartTimeout);
        var pause = TimeSpan.FromMilliseconds(10);
        try
        {
            while (!server.Exited.IsCompleted)
            {
                if (await TryConnectAsync(timeout.Token))
                    return;
                await Task.WhenAny(server.Exited, Task.Delay(pause, timeout.Token));
                timeout.Token.ThrowIfCancellationRequested();
                pause = TimeSpan.FromMilliseconds(Math.Min(200, pause.TotalMilliseconds * 1.5));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AutoForgeException("database_start_failed",
                $"PostgreSQL was not ready within {options.StartTimeout}. It said: {server.LogTail}");
        }
        catch (PostgresException exception)
        {
            throw new AutoForgeException("database_start_failed", $"PostgreSQL has started but refuses us: {exception.MessageText}.", exception);
        }

        await server.WaitForLogAsync();
        throw new AutoForgeException("database_start_failed",
            $"PostgreSQL ended with code {server.ExitCode} while it started. It said: {server.LogTail}");
    }

    /// <summary>False while the server is starting or recovering; names our database when that has not been done yet.</summary>
    private async Task<bool> TryConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var source = Unpooled(ConnectionString);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // A new cluster. Its one empty database takes our name at once; another one would be a copy of thousands of pages.
            await using var source = Unpooled(ConnectionString + ";Database=template1");
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"ALTER DATABASE postgres RENAME TO {Name}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
        catch (NpgsqlException exception) when (exception.InnerException is SocketException or IOException)
        {
            return false;
        }
    }

    // Metrics carry the name; without one they would carry the connection string.
    private static NpgsqlDataSource Unpooled(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString + ";Pooling=false") { Name = "autoforge-start" }.Build();

    /// <summary>Starts the server again whenever it ends without our will, and ends it when we stop.</summary>
    private async Task WatchAsync(PostgresProcess server)
    {
        var stop = Task.Delay(Timeout.Infinite, stopping.Token);
        while (await Task.WhenAny(server.Exited, stop) != stop)
        {
            await server.WaitForLogAsync();
            logger.PostgresDied(server.ExitCode, server.LogTail);
            await server.DisposeAsync();
            if (await RelaunchAsync() is not { } relaunched)
                return;
            server = relaunched;
        }

        await server.StopAsync(options.StopTimeout);
        await server.DisposeAsync();
    }

    /// <summary>Null when we stop. A longer pause after each failure.</summary>
    private async Task<PostgresProcess?> RelaunchAsync()
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause < LongestPause / 2 ? pause * 2 : LongestPause)
        {
            try
            {
                await Task.Delay(pause, stopping.Token);
                return await LaunchAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception)
            {
                // Whatever it was, the next try may succeed; until then every caller is told database_unavailable.
                logger.PostgresNotRestarted(exception);
            }
        }
    }

    /// <summary>Fast shutdown: connections that are still open are cut, open transactions rolled back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await watching;
        directory.Dispose();
        stopping.Dispose();
        logger.PostgresStopped(directory.Path);
    }
}
