using System.Data;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Ledger;

/// <summary>One invariant and how many rows break it.</summary>
/// <param name="Id"><c>I1</c> … <c>I8</c>, and what the host adds.</param>
/// <param name="Violations">0 = it holds.</param>
/// <param name="Example">One row that breaks it.</param>
public sealed record InvariantResult(string Id, string Statement, long Violations, string? Example);

/// <summary>Proves on the whole database that runs and money agree. Reads one snapshot; safe beside a running system.</summary>
/// <param name="more">What must hold for tables that are not the engine's.</param>
public sealed class LedgerVerifier(Database database, IEnumerable<Invariant> more)
{
    private static readonly Invariant[] Invariants =
    [
        new("I1", "Each account is there once, the ledger's sums are its balances, entry by entry, and debts are what was not taken back less what was paid.",
            """
            SELECT 'account ' || a.id
            FROM accounts AS a
            LEFT JOIN (
                SELECT account_id,
                       SUM(available_delta_cents) AS available,
                       SUM(held_delta_cents) AS held,
                       COUNT(*) AS entries,
                       MAX(entry_no) AS last_no
                FROM ledger_entries
                GROUP BY account_id
            ) AS s ON s.account_id = a.id
            WHERE a.available_cents <> COALESCE(s.available, 0)
               OR a.held_cents <> COALESCE(s.held, 0)
               OR a.last_entry_no <> COALESCE(s.entries, 0)
               OR a.last_entry_no <> COALESCE(s.last_no, 0)
            UNION ALL
            SELECT 'entry ' || e.account_id || '/' || e.entry_no
            FROM (
                SELECT account_id, entry_no, available_after_cents, held_after_cents,
                       SUM(available_delta_cents) OVER w AS available,
                       SUM(held_delta_cents) OVER w AS held
                FROM ledger_entries
                WINDOW w AS (PARTITION BY account_id ORDER BY entry_no)
            ) AS e
            WHERE e.available_after_cents <> e.available
               OR e.held_after_cents <> e.held
            UNION ALL
            SELECT 'stray entries of ' || e.account_id
            FROM ledger_entries AS e
            WHERE NOT EXISTS (SELECT FROM accounts AS a WHERE a.id = e.account_id)
            UNION ALL
            SELECT 'more than one row of ' || id
            FROM accounts
            GROUP BY id
            HAVING COUNT(*) > 1
            UNION ALL
            SELECT 'debt of ' || a.id
            FROM accounts AS a
            WHERE a.debt_cents <>
                COALESCE((SELECT SUM(amount_cents) FROM account_debts AS d WHERE d.account_id = a.id), 0)
                + COALESCE((
                    SELECT SUM(available_delta_cents) FROM ledger_entries AS e
                    WHERE e.account_id = a.id AND e.run_id IS NULL AND e.source LIKE 'debt:%'), 0)
            """),
        new("I2", "No balance is negative.",
            """
            SELECT 'account ' || id
            FROM accounts
            WHERE available_cents < 0 OR held_cents < 0
            """),
        new("I3", "Every accepted run is terminal, or queued or leased; no job is without such a run.",
            """
            SELECT 'run without job ' || r.id
            FROM runs AS r
            WHERE r.status IN ('Queued', 'Running', 'Waiting')
              AND NOT EXISTS (SELECT FROM jobs AS j WHERE j.account_id = r.account_id AND j.id = r.id)
            UNION ALL
            SELECT 'job without open run ' || j.id
            FROM jobs AS j
            WHERE NOT EXISTS (
                SELECT FROM runs AS r
                WHERE r.account_id = j.account_id AND r.id = j.id AND r.status IN ('Queued', 'Running', 'Waiting'))
            """),
        new("I4", "A hold has at most one settlement, and exactly one when its run is terminal.",
            """
            SELECT 'run ' || r.id
            FROM runs AS r
            LEFT JOIN (
                SELECT account_id, run_id,
                       COUNT(*) FILTER (WHERE type = 'hold') AS holds,
                       COUNT(*) FILTER (WHERE type IN ('consume', 'release')) AS settlements
                FROM ledger_entries
                WHERE run_id IS NOT NULL
                GROUP BY account_id, run_id
            ) AS s ON s.account_id = r.account_id AND s.run_id = r.id
            WHERE COALESCE(s.holds, 0) <> 1
               OR COALESCE(s.settlements, 0) <> CASE WHEN r.status IN ('Succeeded', 'Failed', 'Cancelled') THEN 1 ELSE 0 END
            UNION ALL
            SELECT 'entry without run ' || e.account_id || '/' || e.entry_no
            FROM ledger_entries AS e
            WHERE e.run_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM runs AS r WHERE r.account_id = e.account_id AND r.id = e.run_id)
            """),
        new("I5", "A run is charged if and only if it succeeded, with the price it was accepted at.",
            """
            SELECT 'run ' || r.id
            FROM runs AS r
            LEFT JOIN ledger_entries AS c
                ON c.account_id = r.account_id AND c.run_id = r.id AND c.type = 'consume'
            WHERE (r.status = 'Succeeded') <> (c.entry_no IS NOT NULL)
               OR (c.entry_no IS NOT NULL AND (c.amount_cents <> r.price_cents OR r.charged_cents <> r.price_cents))
               OR (c.entry_no IS NULL AND r.charged_cents <> 0)
            """),
        new("I6", "The held balance is the sum of the prices of the open runs.",
            """
            SELECT 'account ' || a.id
            FROM accounts AS a
            LEFT JOIN (
                SELECT account_id, SUM(price_cents) AS cents
                FROM runs
                WHERE status IN ('Queued', 'Running', 'Waiting')
                GROUP BY account_id
            ) AS o ON o.account_id = a.id
            WHERE a.held_cents <> COALESCE(o.cents, 0)
            """),
        new("I7", "The journal of a run is gapless, in order, and closed when the run is.",
            """
            SELECT 'run ' || s.run_id
            FROM steps AS s
            GROUP BY s.account_id, s.run_id
            HAVING COUNT(*) <> MAX(s.seq) OR MIN(s.seq) <> 1
            UNION ALL
            SELECT 'step ' || s.run_id || '/' || s.seq
            FROM steps AS s
            WHERE s.finished_at < s.started_at
            UNION ALL
            SELECT 'open step ' || s.run_id || '/' || s.seq
            FROM steps AS s
            JOIN runs AS r ON r.account_id = s.account_id AND r.id = s.run_id
            WHERE s.status IN ('Running', 'Waiting')
              AND r.status IN ('Succeeded', 'Failed', 'Cancelled')
            """),
        new("I8", "No reference crosses accounts.",
            """
            SELECT 'run ' || r.id
            FROM runs AS r
            WHERE NOT EXISTS (
                SELECT FROM workflow_versions AS v
                WHERE v.account_id = r.account_id AND v.workflow_id = r.workflow_id AND v.version = r.version)
            UNION ALL
            SELECT 'steps of ' || s.run_id
            FROM steps AS s
            WHERE NOT EXISTS (SELECT FROM runs AS r WHERE r.account_id = s.account_id AND r.id = s.run_id)
            UNION ALL
            SELECT 'input of ' || i.run_id
            FROM run_inputs AS i
            WHERE NOT EXISTS (SELECT FROM runs AS r WHERE r.account_id = i.account_id AND r.id = i.run_id)
            UNION ALL
            SELECT 'refusals of ' || f.workflow_id
            FROM refusals AS f
            WHERE NOT EXISTS (SELECT FROM workflows AS w WHERE w.account_id = f.account_id AND w.id = f.workflow_id)
            """),
        new("I10", "What counts towards a month's cap is the price of the runs accepted in that month that were charged or may still be.",
            """
            WITH spent AS (
                SELECT account_id, workflow_id, date_trunc('month', accepted_at AT TIME ZONE 'UTC')::date AS month, SUM(price_cents) AS cents
                FROM runs
                WHERE status IN ('Queued', 'Running', 'Waiting', 'Succeeded')
                GROUP BY 1, 2, 3
            )
            SELECT 'account ' || a.id
            FROM accounts AS a
            LEFT JOIN (
                SELECT account_id, month, SUM(cents) AS cents
                FROM spent
                GROUP BY account_id, month
            ) AS s ON s.account_id = a.id AND s.month = a.spend_month
            WHERE a.month_cents <> COALESCE(s.cents, 0)
            UNION ALL
            SELECT 'workflow ' || c.workflow_id
            FROM workflow_caps AS c
            LEFT JOIN spent AS s ON s.account_id = c.account_id AND s.workflow_id = c.workflow_id AND s.month = c.spend_month
            WHERE c.month_cents <> COALESCE(s.cents, 0)
            """),
        new("I11", "An account's places are those of its jobs; parked jobs are counted.",
            """
            SELECT 'account ' || a.id
            FROM accounts AS a
            LEFT JOIN (
                SELECT account_id,
                       COUNT(*) FILTER (WHERE has_place) AS taken,
                       COUNT(*) FILTER (WHERE due_at = 'infinity') AS parked
                FROM jobs
                GROUP BY account_id
            ) AS j ON j.account_id = a.id
            WHERE a.places_taken <> COALESCE(j.taken, 0)
               OR a.runs_parked <> COALESCE(j.parked, 0)
            UNION ALL
            SELECT 'job ' || id
            FROM jobs
            WHERE has_place AND due_at = 'infinity'
            """),
    ];

    /// <summary>Checks the engine's own invariants alone.</summary>
    public LedgerVerifier(Database database) : this(database, []) { }

    /// <summary>For somebody who waits: with all the database server has.</summary>
    public Task<IReadOnlyList<InvariantResult>> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync(atLeisure: false, cancellationToken);

    /// <summary>For nobody who waits: with one process of the database server, and the other processors for the runs.</summary>
    public Task<IReadOnlyList<InvariantResult>> VerifyAtLeisureAsync(CancellationToken cancellationToken) =>
        VerifyAsync(atLeisure: true, cancellationToken);

    private async Task<IReadOnlyList<InvariantResult>> VerifyAsync(bool atLeisure, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        // One snapshot for all invariants: a run that settles meanwhile is seen wholly before or wholly after.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (atLeisure)
        {
            await using var set = new NpgsqlCommand("SET LOCAL max_parallel_workers_per_gather = 0", connection, transaction);
            await set.ExecuteNonQueryAsync(cancellationToken);
        }

        var results = new List<InvariantResult>();
        foreach (var (id, statement, sql) in Invariants.Concat(more))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT COUNT(*), MIN(v) FROM ({sql}) AS violations (v)";
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            results.Add(new InvariantResult(id, statement, reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }
        return results;
    }
}
