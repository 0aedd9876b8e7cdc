using AutoForge.Engine.Storage.Embedded;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoForge.Engine.Storage;

/// <summary>The open database: its connection pools and, by default, the embedded server behind them.</summary>
public sealed class Database : IAsyncDisposable
{
    // A node that stands still, or has lost its network, holds the accounts that its transaction has locked, and the one
    // writer of every other node waits for them: the server must let go of it soon, whoever's server it is. No transaction
    // here waits for anything but its own next statement.
    private const string LetsGo = "-c idle_in_transaction_session_timeout=5s";

    // A session that has got half of a batch and waits for the rest is not idle, and only this ends it. It is longer than
    // anybody waits for an answer, and shorter than the usual lease.
    private const string LetsGoInTheMiddle = "-c transaction_timeout=15s";
    private const int OldestWithTransactionTimeout = 17;

    // The statements of a group look rows up by their keys, in the order that they ask for. A plan that was made while a
    // table was small must not read all of it, or all versions of a row, later.
    private const string ByKey =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off " +
        "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_memoize=off";

    private readonly EmbeddedPostgres? embedded;
    private readonly DiskRoom? disk;

    private Database(string connectionString, Version server, EmbeddedPostgres? embedded)
    {
        this.embedded = embedded;
        disk = embedded is null ? null : new DiskRoom(embedded.DataDirectory);
        DataSource = CreatePool(connectionString, "autoforge", new()
        {
            MaxPoolSize = 30,
            Timeout = 5,
            CommandTimeout = 30,
            MaxAutoPrepare = 100,
            // Nothing here changes a session, so there is nothing to reset, statement after statement.
            NoResetOnClose = true,
            Options = LetsGo,
        });
        // A pool hands out its connections in turn. Few of them are warm ones, in the server's caches as in the processor's,
        // and each has planned its few statements once: planning them for the values of a group costs more than it gains.
        GroupDataSource = CreatePool(connectionString, "autoforge-groups", new()
        {
            MaxPoolSize = 2,
            Timeout = 5,
            CommandTimeout = 30,
            // Bytes: the statements of a usual group in one piece. For every piece the two processes wake each other.
            WriteBufferSize = 131_072,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Options = $"{LetsGo} {(server.Major >= OldestWithTransactionTimeout ? LetsGoInTheMiddle : "")} {ByKey}",
        });
        LeaseDataSource = CreatePool(connectionString, "autoforge-leases", new()
        {
            MaxPoolSize = 2,
            Timeout = 3,
            CommandTimeout = 5,
            MaxAutoPrepare = 10,
            NoResetOnClose = true,
        });
    }

    /// <summary>Whether the server behind it is this process's own: no other node can be at work on it.</summary>
    internal bool IsPrivate => embedded is not null;

    /// <summary>Whether the embedded server's disk has room for more runs. Of a server elsewhere only its refusals are known: true.</summary>
    public bool HasRoom => disk is not { IsEnough: false };

    /// <summary>For everything but leases. A connection that cannot be had in time is a <see cref="TimeoutException"/> inside an <see cref="NpgsqlException"/>.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>For the grouped writes of many runs, which come one after the other.</summary>
    internal NpgsqlDataSource GroupDataSource { get; }

    /// <summary>For the renewal of leases, which must not wait for a connection behind other work.</summary>
    internal NpgsqlDataSource LeaseDataSource { get; }

    /// <summary>
    /// Starts the embedded server unless there is a connection string, and brings the schema up to date; a guest changes
    /// nothing (<see cref="DatabaseOptions.AsGuest"/>).
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The server does not answer.</exception>
    /// <exception cref="AutoForgeException">
    /// The database cannot be used as it is: <c>database_refused</c>, <c>database_version</c>, <c>schema_newer</c>,
    /// <c>schema_changed</c>, for a guest <c>schema_older</c> and <c>database_missing</c>, or what
    /// <see cref="EmbeddedPostgres.StartAsync"/> says.
    /// </exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        EmbeddedPostgres? embedded = null;
        var connectionString = options.ConnectionString;
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            var embeddedOptions = options.Embedded ?? throw new ArgumentException("Neither a connection string nor an embedded server is given.", nameof(options));
            connectionString = options.AsGuest ? EmbeddedPostgres.TryAttach(embeddedOptions) : null;
            if (connectionString is null && options.AsGuest && !EmbeddedPostgres.Exists(embeddedOptions))
                throw new AutoForgeException("database_missing", $"There is no database in {embeddedOptions.DataDirectory} yet.");
            if (connectionString is null)
            {
                embedded = await EmbeddedPostgres.StartAsync(embeddedOptions, loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
                connectionString = embedded.ConnectionString;
            }
        }

        try
        {
            var migrations = Migration.In([typeof(Database).Assembly, .. options.MigrationAssemblies]);
            var server = await MigrateAsync(connectionString, migrations, options.AsGuest, loggers.CreateLogger<Migrator>(), cancellationToken);
            return new Database(connectionString, server, embedded);
        }
        catch
        {
            if (embedded is not null)
                await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of the pool; dispose it soon, and never hold it across a step.</summary>
    /// <exception cref="DatabaseUnavailableException">None could be had in time.</exception>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException exception) when (DatabaseErrors.IsTransient(exception))
        {
            throw new DatabaseUnavailableException($"The database does not answer: {exception.Message}", exception);
        }
    }

    /// <summary>On a connection of its own, so that the pools only have sessions that began after it.</summary>
    private static async Task<Version> MigrateAsync(
        string connectionString, IReadOnlyList<Migration> migrations, bool onlyCheck, ILogger<Migrator> logger, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var single = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "autoforge-migrations" }.Build();
        try
        {
            var migrator = new Migrator(single, migrations, logger);
            return await (onlyCheck ? migrator.CheckAsync(cancellationToken) : migrator.MigrateAsync(cancellationToken));
        }
        catch (NpgsqlException exception) when (DatabaseErrors.IsTransient(exception))
        {
            throw new DatabaseUnavailableException($"The database does not answer: {exception.Message}", exception);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidCatalogName
            or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new AutoForgeException("database_refused", $"The database server refuses us: {exception.MessageText}.", exception);
        }
    }

    /// <summary>What the connection string says wins over <paramref name="defaults"/>, except that no pool becomes larger.</summary>
    private static NpgsqlDataSource CreatePool(string connectionString, string name, NpgsqlConnectionStringBuilder defaults)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        foreach (string keyword in defaults.Keys!)
        {
            if (!settings.ShouldSerialize(keyword))
                settings[keyword] = defaults[keyword];
        }

        if (!settings.ShouldSerialize(nameof(settings.ApplicationName)))
            settings.ApplicationName = name;
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, defaults.MaxPoolSize);

        // Metrics carry the name; without one they would carry the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();
    }

    /// <summary>Closes the pools and stops the embedded server; what is still running is rolled back.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaseDataSource.DisposeAsync();
        await GroupDataSource.DisposeAsync();
        await DataSource.DisposeAsync();
        if (embedded is not null)
            await embedded.DisposeAsync();
    }
}
