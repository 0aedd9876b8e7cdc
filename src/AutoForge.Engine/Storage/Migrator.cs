using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoForge.Engine.Storage;

/// <summary>
/// Brings a database to the state that the code expects, forward only. Any number of nodes may do so at once: one works,
/// the others wait and then find nothing to do.
/// </summary>
internal sealed class Migrator(NpgsqlDataSource dataSource, IReadOnlyList<Migration> migrations, ILogger<Migrator> logger)
{
    private const int OldestServer = 15;

    /// <summary>Of the advisory lock; any number that nobody else in the database uses.</summary>
    private const long LockKey = 0x4175746f466f7267;

    /// <returns>The server's version.</returns>
    /// <exception cref="AutoForgeException">
    /// The server is too old (<c>database_version</c>), the schema is newer than this program (<c>schema_newer</c>) or
    /// differs from what this program applied (<c>schema_changed</c>). Nothing has been changed then.
    /// </exception>
    public async Task<Version> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            throw new AutoForgeException("database_version",
                $"The database server is PostgreSQL {connection.PostgreSqlVersion}; {OldestServer} or newer is needed.");
        }

        // Held by the session, not by a transaction, so that each migration can be one of its own. A node that dies loses it
        // with its connection.
        await ExecuteAsync(connection, "SELECT pg_advisory_lock(@key)", cancellationToken, new NpgsqlParameter("key", LockKey));
        try
        {
            await ExecuteAsync(connection,
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number      integer     NOT NULL,
                    name        text        NOT NULL,
                    checksum    text        NOT NULL,
                    applied_at  timestamptz NOT NULL DEFAULT now(),
                    CONSTRAINT schema_migrations_pk PRIMARY KEY (number)
                )
                """, cancellationToken);

            var applied = await ReadAppliedAsync(connection, cancellationToken);
            Verify(applied);
            foreach (var migration in migrations.Where(migration => !applied.ContainsKey(migration.Number)))
                await ApplyAsync(connection, migration, cancellationToken);
            await BoundIdleTransactionsAsync(connection, cancellationToken);
            return connection.PostgreSqlVersion;
        }
        finally
        {
            // Also when cancelled: the connection goes back to the pool. If it is broken, the lock is gone anyway.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "SELECT pg_advisory_unlock(@key)", CancellationToken.None, new NpgsqlParameter("key", LockKey));
        }
    }

    /// <summary>Finds out whether the schema is the one that this program expects, and changes nothing.</summary>
    /// <returns>The server's version.</returns>
    /// <exception cref="AutoForgeException"><c>schema_older</c>, <c>schema_newer</c>, <c>schema_changed</c>.</exception>
    public async Task<Version> CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT to_regclass('schema_migrations') IS NOT NULL", connection);
        var applied = await command.ExecuteScalarAsync(cancellationToken) is true ? await ReadAppliedAsync(connection, cancellationToken) : [];
        Verify(applied);
        if (migrations.FirstOrDefault(migration => !applied.ContainsKey(migration.Number)) is { } missing)
        {
            throw new AutoForgeException("schema_older",
                $"The database has not been brought up to date yet ({missing.Number:0000}_{missing.Name} is missing). Start this version's server once.");
        }
        return connection.PostgreSqlVersion;
    }

    private void Verify(Dictionary<int, (string Name, string Checksum)> applied)
    {
        var known = migrations.ToDictionary(migration => migration.Number);
        var newest = migrations.Count == 0 ? 0 : migrations[^1].Number;
        foreach (var (number, (name, checksum)) in applied.OrderBy(entry => entry.Key))
        {
            if (known.TryGetValue(number, out var migration))
            {
                if (migration.Checksum != checksum)
                    throw new AutoForgeException("schema_changed", $"Migration {number:0000}_{name} is not the one that was applied to this database.");
            }
            else if (number > newest)
            {
                throw new AutoForgeException("schema_newer",
                    $"The database was migrated by a newer version (to {number:0000}_{name}; this one knows {newest:0000}). Start that version.");
            }
            else
            {
                throw new AutoForgeException("schema_changed", $"Migration {number:0000}_{name} was applied to this database, but this version does not have it.");
            }
        }
    }

    private static async Task<Dictionary<int, (string Name, string Checksum)>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT number, name, checksum
            FROM schema_migrations
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<int, (string, string)> applied = [];
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await ExecuteAsync(connection,
            """
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (@number, @name, @checksum)
            """,
            cancellationToken,
            new NpgsqlParameter("number", migration.Number), new NpgsqlParameter("name", migration.Name), new NpgsqlParameter("checksum", migration.Checksum));
        // Crash before: nothing of it is there and it is applied again. Crash after: it is done.
        await transaction.CommitAsync(cancellationToken);
        logger.MigrationApplied(migration.Number, migration.Name);
    }

    /// <summary>
    /// A transaction that is held open keeps dead rows alive and slows the queue for everyone. The limit is a default of our
    /// role in this database, for sessions that begin from now on; an operator's own limit stays.
    /// </summary>
    private static Task BoundIdleTransactionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ExecuteAsync(connection,
            """
            DO $$
            BEGIN
                IF current_setting('idle_in_transaction_session_timeout') = '0' THEN
                    EXECUTE format(
                        'ALTER ROLE CURRENT_USER IN DATABASE %I SET idle_in_transaction_session_timeout = %L',
                        current_database(), '60s');
                END IF;
            END $$
            """, cancellationToken);

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        // No time limit: a lock may be held, and an index be built, for as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
