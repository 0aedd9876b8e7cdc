using AutoForge.Reliability.Load;
using Npgsql;

namespace AutoForge.Reliability.Checks;

/// <summary>
/// The invariants of runs and money, written from their statements and sharing nothing with the server's own verifier: when
/// nothing is open any more, nothing is held, leased, placed or owed.
/// </summary>
internal static class MoneyCheck
{
    private static readonly (string Kind, string Sql)[] Checks =
    [
        ("a balance that is not the sum of its entries",
            """
            SELECT a.id::text
            FROM accounts AS a
            WHERE a.available_cents <> (SELECT COALESCE(SUM(e.available_delta_cents), 0) FROM ledger_entries AS e WHERE e.account_id = a.id)
               OR a.held_cents <> (SELECT COALESCE(SUM(e.held_delta_cents), 0) FROM ledger_entries AS e WHERE e.account_id = a.id)
            """),
        ("an entry that does not follow from the one before",
            """
            SELECT e.account_id || '/' || e.entry_no
            FROM (
                SELECT *,
                       LAG(available_after_cents, 1, 0::bigint) OVER w + available_delta_cents AS available,
                       LAG(held_after_cents, 1, 0::bigint) OVER w + held_delta_cents AS held,
                       ROW_NUMBER() OVER w AS number
                FROM ledger_entries
                WINDOW w AS (PARTITION BY account_id ORDER BY entry_no)
            ) AS e
            WHERE (e.available_after_cents, e.held_after_cents, e.entry_no) <> (e.available, e.held, e.number)
            """),
        ("a negative balance", "SELECT id::text FROM accounts WHERE LEAST(available_cents, held_cents, debt_cents) < 0"),
        ("money held for nothing", "SELECT id || ': ' || held_cents FROM accounts WHERE held_cents <> 0"),
        ("a place taken by nothing", "SELECT id::text FROM accounts WHERE places_taken <> 0 OR runs_parked <> 0"),
        ("a job that is left over", "SELECT id::text FROM jobs"),
        ("a run that is open", "SELECT id || ' ' || status FROM runs WHERE finished_at IS NULL OR status NOT IN ('Succeeded', 'Failed', 'Cancelled')"),
        ("a run without exactly one hold of its price",
            """
            SELECT r.id::text
            FROM runs AS r
            WHERE (SELECT array_agg(e.amount_cents) FROM ledger_entries AS e WHERE e.run_id = r.id AND e.account_id = r.account_id AND e.type = 'hold')
                IS DISTINCT FROM ARRAY[r.price_cents::bigint]
            """),
        ("a run without exactly the one settlement that its end asks for",
            """
            SELECT r.id::text
            FROM runs AS r
            WHERE (SELECT array_agg(e.type || e.amount_cents) FROM ledger_entries AS e
                   WHERE e.run_id = r.id AND e.account_id = r.account_id AND e.type IN ('consume', 'release'))
                IS DISTINCT FROM ARRAY[CASE r.status WHEN 'Succeeded' THEN 'consume' ELSE 'release' END || r.price_cents]
            """),
        ("an entry for a run of no or another account",
            """
            SELECT e.account_id || '/' || e.entry_no
            FROM ledger_entries AS e
            LEFT JOIN runs AS r ON r.id = e.run_id AND r.account_id = e.account_id
            WHERE e.run_id IS NOT NULL AND r.id IS NULL
            """),
        ("a journal with a gap, or a step that is open",
            """
            SELECT run_id::text
            FROM steps
            GROUP BY account_id, run_id
            HAVING (MIN(seq), MAX(seq)) <> (1, COUNT(DISTINCT seq))
                OR bool_or(status IN ('Running', 'Waiting'))
            """),
        ("a month that is not the sum of its charges",
            """
            SELECT a.id::text
            FROM accounts AS a
            WHERE a.month_cents <> (
                SELECT COALESCE(SUM(r.charged_cents), 0) FROM runs AS r
                WHERE r.account_id = a.id AND date_trunc('month', r.accepted_at AT TIME ZONE 'UTC') = a.spend_month)
            """),
        ("a due time with two runs",
            """
            SELECT trigger_id || ' ' || due
            FROM (
                SELECT r.trigger_id, convert_from(i.payload, 'UTF8')::json ->> 'dueAt' AS due
                FROM runs AS r
                JOIN run_inputs AS i ON i.run_id = r.id AND i.account_id = r.account_id
                WHERE r.trigger_type = 'AutoForge.Schedule'
            ) AS fired
            GROUP BY trigger_id, due
            HAVING COUNT(*) > 1
            """),
        ("a due time without a run",
            """
            SELECT trigger_id || ' after ' || due
            FROM (
                SELECT r.trigger_id, d.due, LEAD(d.due) OVER (PARTITION BY r.trigger_id ORDER BY d.due) AS next
                FROM runs AS r
                JOIN run_inputs AS i ON i.run_id = r.id AND i.account_id = r.account_id
                CROSS JOIN LATERAL (SELECT (convert_from(i.payload, 'UTF8')::json ->> 'dueAt')::timestamptz AS due) AS d
                WHERE r.trigger_type = 'AutoForge.Schedule'
            ) AS fired
            WHERE next - due > INTERVAL '1 minute'
            """),
    ];

    public static async Task RunAsync(NpgsqlDataSource database, CallBook book, Findings findings)
    {
        foreach (var (kind, sql) in Checks)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                findings.Add(kind, reader.GetString(0));
        }
        await CheckPaymentsAsync(database, book, findings);
    }

    private static async Task CheckPaymentsAsync(NpgsqlDataSource database, CallBook book, Findings findings)
    {
        var booked = new List<(Guid AccountId, long Cents, string Source)>();
        await using (var command = database.CreateCommand("SELECT account_id, amount_cents, source FROM ledger_entries WHERE type = 'topup'"))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                booked.Add((reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2)));
        }
        var bySource = booked.ToLookup(b => b.Source.Split(':')[^1]);
        foreach (var payment in book.Payments)
        {
            var entries = bySource[payment.Id].ToArray();
            findings.AddIf(payment.IsAnswered && entries.Length == 0, "a payment that was taken and not booked", payment.Id);
            findings.AddIf(
                entries.Length > 1 || entries.Any(e => e.AccountId != payment.AccountId || e.Cents != payment.Cents),
                "a payment that was booked twice or wrongly", payment.Id);
        }
        findings.AddIf(booked.Count > book.Payments.Count, "a top-up without a payment", $"{booked.Count} of {book.Payments.Count}");
    }
}
