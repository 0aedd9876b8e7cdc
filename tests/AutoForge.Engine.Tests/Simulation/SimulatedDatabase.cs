using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>
/// A real database whose clock is moved by the story: <c>now()</c> and <c>clock_timestamp()</c> are found in a schema before the
/// real ones. Its own triggers write down every change of state, whoever makes it.
/// </summary>
internal sealed class SimulatedDatabase : IAsyncDisposable
{
    private const string Schema =
        """
        CREATE SCHEMA simulated;
        CREATE UNLOGGED TABLE simulated.clock (now timestamptz NOT NULL);
        INSERT INTO simulated.clock VALUES ('2040-01-01');
        CREATE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now FROM simulated.clock';
        CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now FROM simulated.clock';

        CREATE UNLOGGED TABLE simulated.transitions (account_id uuid NOT NULL, machine text NOT NULL, was text NOT NULL, became text NOT NULL);

        CREATE FUNCTION simulated.job_state(due_at timestamptz, lease_owner uuid, at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN due_at = 'infinity' THEN 'parked'
                WHEN due_at <= at THEN 'due'
                WHEN lease_owner IS NULL THEN 'resting'
                ELSE 'leased'
            END
        $$;

        CREATE FUNCTION simulated.note_job() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text := '–';
            became text := '–';
        BEGIN
            IF TG_OP <> 'INSERT' THEN was := simulated.job_state(OLD.due_at, OLD.lease_owner, simulated.now()); END IF;
            IF TG_OP <> 'DELETE' THEN became := simulated.job_state(NEW.due_at, NEW.lease_owner, simulated.now()); END IF;
            IF was <> became THEN
                INSERT INTO simulated.transitions VALUES (COALESCE(NEW.account_id, OLD.account_id), 'Job', was, became);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION simulated.note_job();

        CREATE FUNCTION simulated.note_status() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text := '–';
            became text := '–';
        BEGIN
            IF TG_OP <> 'INSERT' THEN was := OLD.status; END IF;
            IF TG_OP <> 'DELETE' THEN became := NEW.status; END IF;
            IF was <> became THEN
                INSERT INTO simulated.transitions VALUES (COALESCE(NEW.account_id, OLD.account_id), TG_ARGV[0], was, became);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.runs FOR EACH ROW EXECUTE FUNCTION simulated.note_status('Run');
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.steps FOR EACH ROW EXECUTE FUNCTION simulated.note_status('Step');

        CREATE FUNCTION simulated.note_hold() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text;
        BEGIN
            SELECT CASE string_agg(type, ' ' ORDER BY entry_no)
                WHEN 'hold' THEN 'open' WHEN 'hold consume' THEN 'consumed' WHEN 'hold release' THEN 'released' ELSE '–' END
            INTO was
            FROM public.ledger_entries
            WHERE account_id = NEW.account_id AND run_id = NEW.run_id AND entry_no < NEW.entry_no AND type <> 'refund';
            INSERT INTO simulated.transitions
            SELECT NEW.account_id, 'Hold', was, CASE NEW.type WHEN 'hold' THEN 'open' WHEN 'consume' THEN 'consumed' ELSE 'released' END;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT ON public.ledger_entries FOR EACH ROW
            WHEN (NEW.type IN ('hold', 'consume', 'release')) EXECUTE FUNCTION simulated.note_hold();
        """;

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
        await database.DataSource.ExecuteAsync(Schema);
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
            """) { Parameters = { new NpgsqlParameter<DateTimeOffset>("now", now) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE simulated.clock SET now = @now") { Parameters = { new NpgsqlParameter<DateTimeOffset>("now", now) } });
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

    /// <summary>The far node finds its database again. What its broken sessions have held is free.</summary>
    public async Task RestoreAsync()
    {
        Reconnect();
        foreach (var pool in (NpgsqlDataSource[])[Far.DataSource, Far.GroupDataSource, Far.LeaseDataSource])
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

    private static Task<Database> OpenAsync(string connectionString) => Database.OpenAsync(
        new DatabaseOptions
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = "public,simulated,pg_catalog", MaxPoolSize = 4, Timeout = 30,
            }.ConnectionString,
        }, NullLoggerFactory.Instance, Token);

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
    }
}
