using Npgsql;

namespace AutoForge.Engine.Connections;

/// <summary>The table of keys, which belongs to the whole installation and not to an account.</summary>
internal sealed class KeyTable(NpgsqlConnection connection)
{
    public sealed record Row(Guid Id, byte[]? Value, byte[] CheckValue);

    public async Task LockAsync(CancellationToken cancellationToken)
    {
        // Readers of the table are not in the way, other starting nodes wait.
        await using var command = new NpgsqlCommand("LOCK TABLE encryption_keys IN SHARE ROW EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<List<Row>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT id, value, check_value
            FROM encryption_keys
            ORDER BY id
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }

    public async Task InsertAsync(EncryptionKey key, bool withValue, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO encryption_keys (id, value, check_value)
            VALUES (@id, @value, @check)
            """, connection);
        command.Parameters.AddWithValue("id", key.Id);
        command.Parameters.Add(new("value", NpgsqlTypes.NpgsqlDbType.Bytea) { Value = withValue ? key.Master : DBNull.Value });
        command.Parameters.AddWithValue("check", key.CheckValue);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ForgetValueAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE encryption_keys
            SET value = NULL
            WHERE id = @id
            """, connection);
        command.Parameters.AddWithValue("id", id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
