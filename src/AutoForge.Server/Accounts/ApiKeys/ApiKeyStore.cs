using AutoForge.Engine.Storage;

namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>The API keys. Nothing is cached: a key that is deleted on one node is refused by all of them at once.</summary>
internal sealed class ApiKeyStore(Database database)
{
    public const int MostPerAccount = 100;

    public async Task<List<ApiKey>> ListAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT id, name, hint, created_at, last_used_at
            FROM api_keys
            WHERE account_id = @account_id
            ORDER BY id DESC
            """;
        select.Parameters.AddWithValue("account_id", accountId);

        var keys = new List<ApiKey>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKey(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
        }
        return keys;
    }

    /// <summary>Stores a key; false when the account has too many. Two at the same moment may both be the last one.</summary>
    public async Task<bool> TryAddAsync(Guid accountId, Guid userId, Guid id, string name, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO api_keys (account_id, id, user_id, name, hash, hint)
            SELECT @account_id, @id, @user_id, @name, @hash, @hint
            WHERE (SELECT count(*) FROM api_keys WHERE account_id = @account_id) < @most
            """;
        insert.Parameters.AddWithValue("account_id", accountId);
        insert.Parameters.AddWithValue("id", id);
        insert.Parameters.AddWithValue("user_id", userId);
        insert.Parameters.AddWithValue("name", name);
        insert.Parameters.AddWithValue("hash", ApiKeyText.Hash(key));
        insert.Parameters.AddWithValue("hint", ApiKeyText.Hint(key));
        insert.Parameters.AddWithValue("most", MostPerAccount);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>False when the account has no such key.</summary>
    public async Task<bool> DeleteAsync(Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM api_keys
            WHERE account_id = @account_id AND id = @id
            """;
        delete.Parameters.AddWithValue("account_id", accountId);
        delete.Parameters.AddWithValue("id", id);
        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Whose key this is; null when it is nobody's.</summary>
    public async Task<ApiKeyOwner?> FindOwnerAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        // One round trip; it writes only when the last note of use is a minute old, so a busy key does not bloat its row.
        select.CommandText =
            """
            WITH found AS (
                SELECT account_id, id, user_id, last_used_at
                FROM api_keys
                WHERE hash = @hash
            ), noted AS (
                UPDATE api_keys
                SET last_used_at = now()
                FROM found
                WHERE api_keys.account_id = found.account_id AND api_keys.id = found.id
                  AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
            )
            SELECT user_id, account_id
            FROM found
            """;
        select.Parameters.AddWithValue("hash", ApiKeyText.Hash(key));
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new ApiKeyOwner(reader.GetGuid(0), reader.GetGuid(1)) : null;
    }
}

/// <summary>For whom a key speaks.</summary>
internal sealed record ApiKeyOwner(Guid UserId, Guid AccountId);
