using Npgsql;

namespace AutoForge.Engine.Connections;

/// <summary>After the master key has changed: encrypts every connection anew, so that the previous key can be thrown away.</summary>
public sealed class KeyRotation(NpgsqlDataSource database, SecretBox box)
{
    private const int BatchSize = 100;

    /// <summary>Safe to run on several nodes at once and to interrupt; the next call goes on.</summary>
    /// <returns>How many connections were encrypted anew.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (await RunBatchAsync(cancellationToken) is var count and > 0)
            total += count;
        return total;
    }

    // Across accounts on purpose: a master key belongs to the installation.
    private async Task<int> RunBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var select = new NpgsqlCommand("""
            SELECT account_id, id, secrets
            FROM connections
            WHERE substring(secrets FROM 1 FOR 16) <> @current
            LIMIT @batch
            FOR UPDATE SKIP LOCKED
            """, connection);
        select.Parameters.AddWithValue("current", box.CurrentPrefix);
        select.Parameters.AddWithValue("batch", BatchSize);
        var rows = new List<(Guid AccountId, Guid Id, byte[] Secrets)>();
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                rows.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<byte[]>(2)));
        }

        foreach (var (accountId, id, secrets) in rows)
        {
            var owner = ConnectionStore.Owner(accountId, id);
            await using var update = new NpgsqlCommand("""
                UPDATE connections
                SET secrets = @secrets
                WHERE account_id = @account AND id = @id
                """, connection);
            update.Parameters.AddWithValue("account", accountId);
            update.Parameters.AddWithValue("id", id);
            update.Parameters.AddWithValue("secrets", box.Protect(box.Unprotect(secrets, owner), owner));
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return rows.Count;
    }
}
