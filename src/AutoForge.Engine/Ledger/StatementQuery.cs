using AutoForge.Engine.Storage;

namespace AutoForge.Engine.Ledger;

/// <summary>What all entries of one type did to the balances in a period. US cents; negative = less.</summary>
public sealed record StatementLine(string Type, long Entries, long AvailableCents, long HeldCents);

/// <summary>An account's period from balance to balance: the opening plus the lines is the closing. US cents.</summary>
public sealed record Statement(
    DateTimeOffset From, DateTimeOffset To, AccountBalance Opening, IReadOnlyList<StatementLine> Lines, AccountBalance Closing);

/// <summary>Adds up the ledger of one account.</summary>
public sealed class StatementQuery(Database database)
{
    /// <summary>Inclusive from, exclusive to. An account without entries has a statement of zeros.</summary>
    public async Task<Statement> GetAsync(Guid accountId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT type, created_at >= @from, COUNT(*), SUM(available_delta_cents)::bigint, SUM(held_delta_cents)::bigint
            FROM ledger_entries
            WHERE account_id = @account
              AND created_at < @to
            GROUP BY type, created_at >= @from
            ORDER BY type
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("from", from.ToUniversalTime());
        command.Parameters.AddWithValue("to", to.ToUniversalTime());

        var (available, held) = (0L, 0L);
        var lines = new List<StatementLine>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var line = new StatementLine(reader.GetString(0), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
            if (reader.GetBoolean(1))
                lines.Add(line);
            else
                (available, held) = (available + line.AvailableCents, held + line.HeldCents);
        }
        return new Statement(
            from, to, new AccountBalance(available, held), lines,
            new AccountBalance(available + lines.Sum(line => line.AvailableCents), held + lines.Sum(line => line.HeldCents)));
    }
}
