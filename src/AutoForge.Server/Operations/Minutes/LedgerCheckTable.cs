using AutoForge.Engine.Storage;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>A check of the invariants that came to its end.</summary>
/// <param name="Violations">Rows that broke one.</param>
/// <param name="Violated">Ids of the invariants; null = all hold.</param>
public sealed record LedgerCheck(DateTimeOffset EndedAt, long Violations, string? Violated);

/// <summary>Who checks when, and what was found.</summary>
internal sealed class LedgerCheckTable(Database database)
{
    /// <summary>Takes the present period's check, unless a node has it already.</summary>
    /// <returns>The period; null = somebody else's.</returns>
    public async Task<long?> TakeAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        // The key lets one node through. Crash afterwards: the period goes unchecked, and the age of the last check tells.
        insert.CommandText =
            """
            INSERT INTO ledger_checks (period)
            VALUES (floor(extract(epoch FROM now()) / @seconds)::bigint)
            ON CONFLICT (period) DO NOTHING
            RETURNING period
            """;
        insert.Parameters.AddWithValue("seconds", period.TotalSeconds);
        return await insert.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>Stores a result; those of a year ago go.</summary>
    public async Task EndAsync(long period, long violations, string? violated, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var update = connection.CreateCommand();
        update.CommandText =
            """
            UPDATE ledger_checks
            SET ended_at = now(),
                violations = @violations,
                violated = @violated
            WHERE period = @period;
            DELETE FROM ledger_checks
            WHERE started_at < now() - interval '1 year'
            """;
        update.Parameters.AddWithValue("period", period);
        update.Parameters.AddWithValue("violations", violations);
        update.Parameters.Add(new Npgsql.NpgsqlParameter<string?>("violated", violated));
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Null when none has come to its end yet.</summary>
    public async Task<LedgerCheck?> LastAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT ended_at, violations, violated
            FROM ledger_checks
            WHERE ended_at IS NOT NULL
            ORDER BY ended_at DESC
            LIMIT 1
            """;
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LedgerCheck(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2))
            : null;
    }
}
