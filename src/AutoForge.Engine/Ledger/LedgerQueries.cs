using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Ledger;

/// <summary>Which entries to list. Times are inclusive from, exclusive to.</summary>
public sealed record LedgerFilter(Guid? RunId = null, string? Type = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>Reads balances and entries of one account.</summary>
public sealed class LedgerQueries(Database database)
{
    /// <summary>Null when there is no such account.</summary>
    public async Task<AccountBalance?> BalanceAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT available_cents, held_cents, debt_cents
            FROM accounts
            WHERE id = @account
            """;
        command.Parameters.AddWithValue("account", accountId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new AccountBalance(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))
            : null;
    }

    /// <summary>Newest first. <paramref name="before"/> is the entry number that the page ends before; null = from the newest.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> ListAsync(
        Guid accountId, LedgerFilter filter, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
                   available_after_cents, held_after_cents, run_id, source, description, created_at
            FROM ledger_entries
            WHERE account_id = @account
              AND (@before IS NULL OR entry_no < @before)
              AND (@run IS NULL OR run_id = @run)
              AND (@type IS NULL OR type = @type)
              AND (@from IS NULL OR created_at >= @from)
              AND (@to IS NULL OR created_at < @to)
            ORDER BY entry_no DESC
            LIMIT @limit
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.Add(new NpgsqlParameter<long?>("before", before));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("run", filter.RunId));
        command.Parameters.Add(new NpgsqlParameter<string?>("type", filter.Type));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("from", filter.From?.ToUniversalTime()));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("to", filter.To?.ToUniversalTime()));
        command.Parameters.AddWithValue("limit", limit);

        var entries = new List<LedgerEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new LedgerEntry(
                reader.GetInt64(0).ToString(System.Globalization.CultureInfo.InvariantCulture),
                reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
                reader.IsDBNull(7) ? null : reader.GetGuid(7),
                reader.GetString(8), reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10)));
        }
        return entries;
    }
}
