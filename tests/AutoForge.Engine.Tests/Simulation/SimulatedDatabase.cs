using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>
/// A real database whose clock is moved by the story (<see cref="SimulatedTime"/>), as near nodes have it, and as a far one has
/// it that loses it now and then.
/// </summary>
internal sealed class SimulatedDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly DatabaseProxy _proxy;

    private SimulatedDatabase(TestDatabase database, DatabaseProxy proxy, Database near, Database far)
    {
        _database = database;
        _proxy = proxy;
        Near = near;
        Far = far;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Behind the engine's back, on the real clock.</summary>
    public NpgsqlDataSource Sql => _database.DataSource;

    /// <summary>As nodes have it.</summary>
    public Database Near { get; }

    /// <summary>As the node has it that loses it now and then.</summary>
    public Database Far { get; }

    /// <param name="sabotage">Breaks a promise of the engine inside the database; null = none.</param>
    public static async Task<SimulatedDatabase> CreateAsync(string? sabotage = null)
    {
        var database = await TestDatabase.CreateAsync();
        await database.DataSource.ExecuteAsync(SimulatedTime.Install);
        await database.DataSource.ExecuteAsync(SimulatedSchema.Sql);
        if (sabotage is not null)
            await database.DataSource.ExecuteAsync(sabotage);
        var proxy = new DatabaseProxy(database.ConnectionString);
        return new SimulatedDatabase(database, proxy, await OpenAsync(database.ConnectionString), await OpenAsync(proxy.ConnectionString));
    }

    /// <summary>Leases that run out and rests that are over change their states by time alone.</summary>
    public async Task SetClockAsync(DateTimeOffset now)
    {
        await using var batch = Sql.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO simulated.transitions
            SELECT j.account_id, 'Job', simulated.job_state(j.due_at, j.lease_owner, c.now), simulated.job_state(j.due_at, j.lease_owner, @now)
            FROM jobs AS j, simulated.clock AS c
            WHERE simulated.job_state(j.due_at, j.lease_owner, c.now) <> simulated.job_state(j.due_at, j.lease_owner, @now)
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SimulatedTime.Set));
        foreach (var command in batch.BatchCommands)
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("now", now));
        await batch.ExecuteNonQueryAsync(Token);
    }

    /// <summary>What has happened to rows of these accounts since it was last asked, and how often.</summary>
    public async Task<IReadOnlyDictionary<Transition, long>> TakeTransitionsAsync(IEnumerable<Guid> accounts)
    {
        await using var command = Sql.CreateCommand(
            """
            WITH seen AS (
                DELETE FROM simulated.transitions
                WHERE account_id = ANY (@accounts)
                RETURNING machine, was, became
            )
            SELECT machine, was, became, COUNT(*)
            FROM seen
            GROUP BY machine, was, became
            """);
        command.Parameters.AddWithValue("accounts", accounts.ToArray());
        var seen = new Dictionary<Transition, long>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
            seen[new Transition(reader.GetString(0), reader.GetString(1), reader.GetString(2))] = reader.GetInt64(3);
        return seen;
    }

    /// <summary>Happens to the far node, until <see cref="RestoreAsync"/>.</summary>
    public void Lose(Loss loss)
    {
        switch (loss)
        {
            case Loss.Database:
                _proxy.Cut();
                break;
            case Loss.Commit:
                _proxy.LoseNextCommit();
                break;
            case Loss.Answer:
                _proxy.LoseNextCommitAnswer();
                break;
        }
    }

    /// <summary>New connections get through again; the old ones are broken, and whoever uses them finds out.</summary>
    public void Reconnect() => _proxy.Restore();

    /// <summary>The far node finds its database again, with nothing left of what it has lost.</summary>
    public async Task RestoreAsync(Loss loss)
    {
        Reconnect();
        // A write whose lease is lost comes to no commit.
        _proxy.LoseNoCommit();
        // The connection of a lost commit is known to be broken; these are found out one by one.
        NpgsqlDataSource[] broken = loss == Loss.Database ? [Far.DataSource, Far.GroupDataSource, Far.LeaseDataSource] : [];
        foreach (var pool in broken)
            pool.Clear();
        // A session whose connection broke holds its locks until the server has noticed.
        await QuietAsync();
    }

    private Task QuietAsync() => Sql.UntilAsync(
        """
        SELECT NOT EXISTS (
            SELECT
            FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid())
        """);

    private static Task<Database> OpenAsync(string connectionString)
    {
        var simulated = SimulatedTime.Of(connectionString);
        (simulated.MaxPoolSize, simulated.Timeout) = (4, 30);
        return Database.OpenAsync(new DatabaseOptions { ConnectionString = simulated.ConnectionString }, NullLoggerFactory.Instance, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
    }
}
