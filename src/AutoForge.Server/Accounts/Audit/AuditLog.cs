using System.Globalization;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Server.Accounts.Audit;

/// <summary>Writes and reads what happened to accounts. The database refuses to change or remove an entry.</summary>
internal sealed class AuditLog(Database database)
{
    /// <summary>Records what has happened already; crash before it: the thing is done and not recorded.</summary>
    /// <remarks>What must not happen unrecorded uses <see cref="Command"/> in its own transaction.</remarks>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = database.DataSource.CreateBatch();
        batch.BatchCommands.Add(Command(entry));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>For the batch of a caller with a transaction of its own.</summary>
    public static NpgsqlBatchCommand Command(AuditEntry entry)
    {
        var insert = new NpgsqlBatchCommand(
            """
            INSERT INTO audit_entries (account_id, user_id, action, target, detail, ip)
            VALUES (@account_id, @user_id, @action, @target, @detail, @ip)
            """);
        insert.Parameters.AddWithValue("account_id", entry.AccountId);
        insert.Parameters.Add(new NpgsqlParameter<Guid?>("user_id", entry.UserId));
        insert.Parameters.AddWithValue("action", entry.Action);
        insert.Parameters.Add(new NpgsqlParameter<string?>("target", entry.Target));
        insert.Parameters.Add(new NpgsqlParameter<string?>("detail", entry.Detail));
        insert.Parameters.Add(new NpgsqlParameter<string?>("ip", entry.Ip));
        return insert;
    }

    /// <summary>Newest first. <paramref name="before"/> is the entry that the page ends before; null = from the newest.</summary>
    public async Task<List<AuditRow>> ListAsync(Guid accountId, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT entry_no, at, user_id, action, target, detail, ip
            FROM audit_entries
            WHERE account_id = @account_id
              AND (@before IS NULL OR entry_no < @before)
            ORDER BY entry_no DESC
            LIMIT @limit
            """;
        select.Parameters.AddWithValue("account_id", accountId);
        select.Parameters.Add(new NpgsqlParameter<long?>("before", before));
        select.Parameters.AddWithValue("limit", limit);

        var rows = new List<AuditRow>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new AuditRow(
                reader.GetInt64(0).ToString(CultureInfo.InvariantCulture), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetString(3),
                Text(reader, 4), Text(reader, 5), Text(reader, 6)));
        }
        return rows;
    }

    /// <summary>Removes an account's entries, and leaves one that says so and names nobody.</summary>
    public async Task EraseAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // What the trigger asks for; it ends with the transaction.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('autoforge.erasing_account', @account_id::text, true)")
        {
            Parameters = { new NpgsqlParameter<Guid>("account_id", accountId) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            DELETE FROM audit_entries
            WHERE account_id = @account_id
            """)
        {
            Parameters = { new NpgsqlParameter<Guid>("account_id", accountId) },
        });
        batch.BatchCommands.Add(Command(new AuditEntry(accountId, null, AuditAction.AccountDeleted)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
