using Npgsql;

namespace AutoForge.Reliability.Checks;

/// <summary>
/// The nets below the code: what the fence and the locks keep from ever being tried, the database must refuse all the same.
/// Each is tried on real rows and rolled back.
/// </summary>
internal static class NetCheck
{
    private static readonly (string Kind, string Sql)[] Tries =
    [
        ("the database takes a second settlement of a run",
            """
            INSERT INTO ledger_entries
            SELECT (jsonb_populate_record(e, jsonb_build_object('entry_no', e.entry_no + 1000000000))).*
            FROM ledger_entries AS e
            WHERE e.type = 'consume'
            LIMIT 1
            """),
        ("the database takes a second hold of a run",
            """
            INSERT INTO ledger_entries
            SELECT (jsonb_populate_record(e, jsonb_build_object('entry_no', e.entry_no + 1000000000))).*
            FROM ledger_entries AS e
            WHERE e.type = 'hold'
            LIMIT 1
            """),
        ("the database takes a second top-up of a payment",
            """
            INSERT INTO ledger_entries
            SELECT (jsonb_populate_record(e, jsonb_build_object('entry_no', e.entry_no + 1000000000))).*
            FROM ledger_entries AS e
            WHERE e.type = 'topup'
            LIMIT 1
            """),
        ("the database takes a second run of a key",
            """
            INSERT INTO runs
            SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
            FROM runs AS r
            WHERE r.trigger_type = 'AutoForge.Webhook'
            LIMIT 1
            """),
        ("the database takes a second run of a due time",
            """
            INSERT INTO runs
            SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
            FROM runs AS r
            WHERE r.trigger_type = 'AutoForge.Schedule'
            LIMIT 1
            """),
    ];

    public static async Task RunAsync(NpgsqlDataSource database, Findings findings)
    {
        foreach (var (kind, sql) in Tries)
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            try
            {
                // Without such a row there was nothing to try.
                if (await command.ExecuteNonQueryAsync() > 0)
                    findings.Add(kind, "it should be a unique violation");
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // The net holds.
            }
        }
    }
}
