using AutoForge.Bench.Floor;
using AutoForge.Bench.Throughput;
using Npgsql;

namespace AutoForge.Bench.Scale;

/// <summary>
/// The past of a large installation, written as rows: accounts with a workflow each and finished, charged runs, with
/// everything that such runs leave behind. <c>ledger verify</c> holds on it.
/// </summary>
/// <remarks>Runs of one account in ten are a month older than the others, for retention to find.</remarks>
internal sealed class History(Stage stage, int runs)
{
    /// <summary>Enough for the accounts that a load is spread over.</summary>
    public const int LeastRuns = 100_000;
    private const int RunsPerAccount = 100;

    // Accounts of one transaction.
    private const int Chunk = 500;
    private const int Writers = 2;

    /// <summary>Age in days of the runs of one account in ten, and of the others.</summary>
    private const int OldDays = 75;
    private const int YoungDays = 45;

    private const string AccountId = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";

    /// <summary>Ids of accounts, runs and versions follow from their numbers; workflows are copies of a published one.</summary>
    private const string Numbered =
        $"""
        WITH account AS (
            SELECT n,
                   {AccountId} AS id,
                   lpad(to_hex(n), 16, '0') AS workflow,
                   now() - make_interval(days => CASE WHEN n % 10 = 0 THEN @old ELSE @young END) AS since
            FROM generate_series(@first, @last) AS n
        ), run AS (
            SELECT a.*, k, a.since + make_interval(mins => k) AS at
            FROM account AS a
            CROSS JOIN generate_series(1, @runs) AS k
        ), named AS (
            SELECT r.*,
                   (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(n::bigint * @runs + k), 12, '0'))::uuid AS run_id
            FROM run AS r
        )
        """;

    private static readonly string[] Statements =
    [
        """
        INSERT INTO accounts (id, available_cents, held_cents, last_entry_no)
        SELECT id, 1000000, 0, 1 + 2 * @runs FROM account
        """,
        """
        INSERT INTO workflows (account_id, id, name, latest_version, published_version)
        SELECT id, workflow, 'Orders', 1, 1 FROM account
        """,
        """
        INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents, published_at)
        SELECT a.id, a.workflow, 1, 'v' || a.workflow, v.document, v.price_cents, a.since
        FROM account AS a, (SELECT document, price_cents FROM workflow_versions WHERE account_id = @model AND published_at IS NOT NULL LIMIT 1) AS v
        """,
        """
        INSERT INTO triggers (account_id, id, workflow_id, activity_id, type, token, version, price_cents, enabled, settings)
        SELECT a.id, a.id, a.workflow, t.activity_id, t.type, 'history' || a.workflow, 1, t.price_cents, true, t.settings
        FROM account AS a, (SELECT activity_id, type, price_cents, settings FROM triggers WHERE account_id = @model LIMIT 1) AS t
        """,
        """
        INSERT INTO runs (account_id, id, workflow_id, version, trigger_id, trigger_type, trigger_activity_id, status, price_cents, charged_cents,
                          attempts, origin_run_id, accepted_at, started_at, finished_at, updated_at)
        SELECT id, run_id, workflow, 1, id, 'AutoForge.Webhook', 'hook', 'Succeeded', 5, 5, 1, run_id, at, at, at, at FROM named
        """,
        """
        INSERT INTO run_inputs (account_id, run_id, payload)
        SELECT id, run_id, @payload FROM named
        """,
        """
        INSERT INTO steps (account_id, run_id, seq, node_id, visit, activity_id, activity_type, name, status, attempt, wave, outcomes, input, output, started_at, finished_at)
        SELECT id, run_id, seq, 'flow/' || step, 1, step, 'AutoForge.' || step, step, 'Completed', 1, 0, '["Done"]', '{}', convert_from(@payload, 'UTF8'), at, at
        FROM named
        CROSS JOIN (VALUES (1, 'Webhook'), (2, 'HttpRequest')) AS s (seq, step)
        """,
        """
        INSERT INTO ledger_entries (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
                                    available_after_cents, held_after_cents, run_id, source, description, created_at)
        SELECT id, 1, 'grant', 1000000 + 5 * @runs, 1000000 + 5 * @runs, 0, 1000000 + 5 * @runs, 0, NULL, 'history', 'Credit', since FROM account
        UNION ALL
        SELECT id, 2 * k + e.place, e.type, 5, e.available, e.held, 1000000 + 5 * @runs - 5 * k, 5 * (1 - e.place), run_id, 'run', e.description, at
        FROM named
        CROSS JOIN (VALUES (0, 'hold', -5, 5, 'Reserved for Orders'), (1, 'consume', 0, -5, 'Run succeeded')) AS e (place, type, available, held, description)
        """,
    ];

    public int Accounts => runs / RunsPerAccount;

    /// <summary>The webhooks of some of the accounts, evenly spread.</summary>
    public IReadOnlyList<Hook> Hooks(int count) =>
        [.. Enumerable.Range(0, count).Select(i => 1 + (int)((long)i * Accounts / count)).Select(n => new Hook(new Guid($"01900000-0000-7000-8000-{n:x12}"), $"history{n:x16}"))];

    /// <summary>Writes it, and leaves the tables as they would be after the months that it took: vacuumed and analysed.</summary>
    public async Task WriteAsync()
    {
        var next = 1 - Chunk;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteChunksAsync)));
        await stage.TidyAsync();

        async Task WriteChunksAsync()
        {
            await using var connection = await stage.Database.OpenConnectionAsync();
            await using (var relax = new NpgsqlCommand("SET synchronous_commit = off", connection))
                await relax.ExecuteNonQueryAsync();
            for (var first = Interlocked.Add(ref next, Chunk); first <= Accounts; first = Interlocked.Add(ref next, Chunk))
                await WriteAsync(connection, first, Math.Min(first + Chunk - 1, Accounts));
        }
    }

    /// <summary>The accounts with the older runs keep them no longer.</summary>
    public async Task KeepLessAsync(int days)
    {
        await using var command = stage.Database.CreateCommand(
            $"""
            INSERT INTO account_limits (account_id, retention_days)
            SELECT {AccountId}, @days
            FROM generate_series(10, @accounts, 10) AS n
            """);
        command.Parameters.AddWithValue("days", days);
        command.Parameters.AddWithValue("accounts", Accounts);
        await command.ExecuteNonQueryAsync();
    }

    private async Task WriteAsync(NpgsqlConnection connection, int first, int last)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in Statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"{Numbered}\n{statement}")
            {
                Parameters =
                {
                    new NpgsqlParameter<int>("first", first),
                    new NpgsqlParameter<int>("last", last),
                    new NpgsqlParameter<int>("runs", RunsPerAccount),
                    new NpgsqlParameter<int>("old", OldDays),
                    new NpgsqlParameter<int>("young", YoungDays),
                    new NpgsqlParameter<Guid>("model", stage.Hooks[0].AccountId),
                    new NpgsqlParameter<byte[]>("payload", RowsWriter.Payload),
                },
            });
        }
        await batch.ExecuteNonQueryAsync();
    }
}
