using AutoForge.Engine.Storage;
using Npgsql;

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
            SELECT id, name, hint, scopes, created_at, last_used_at, expires_at
            FROM api_keys
            WHERE account_id = @account_id AND (expires_at IS NULL OR expires_at > now())
            ORDER BY id DESC
            """;
        select.Parameters.AddWithValue("account_id", accountId);

        var keys = new List<ApiKey>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKey(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<string[]>(3), reader.GetFieldValue<DateTimeOffset>(4),
                Time(reader, 5), Time(reader, 6)));
        }
        return keys;
    }

    /// <summary>Stores a key; false when the account has too many. Two at the same moment may both be the last one.</summary>
    public async Task<bool> TryAddAsync(Guid accountId, Guid userId, NewApiKey key, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            WITH expired AS (
                DELETE FROM api_keys
                WHERE account_id = @account_id AND expires_at <= now()
            )
            INSERT INTO api_keys (account_id, id, user_id, name, hash, hint, scopes, expires_at)
            SELECT @account_id, @id, @user_id, @name, @hash, @hint, @scopes, @expires_at
            WHERE (SELECT count(*) FROM api_keys WHERE account_id = @account_id AND (expires_at IS NULL OR expires_at > now())) < @most
            """;
        insert.Parameters.AddWithValue("account_id", accountId);
        insert.Parameters.AddWithValue("id", key.Id);
        insert.Parameters.AddWithValue("user_id", userId);
        insert.Parameters.AddWithValue("name", key.Name);
        insert.Parameters.AddWithValue("hash", ApiKeyText.Hash(key.Key));
        insert.Parameters.AddWithValue("hint", ApiKeyText.Hint(key.Key));
        insert.Parameters.AddWithValue("scopes", key.Scopes.ToArray());
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("expires_at", key.ExpiresAt?.ToUniversalTime()));
        insert.Parameters.AddWithValue("most", MostPerAccount);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Stores a key like an old one, which expires after the grace unless it does so earlier; null when there is no such key.</summary>
    /// <returns>The new key, with what it takes over from the old one.</returns>
    public async Task<NewApiKey?> RotateAsync(
        Guid accountId, Guid userId, Guid id, string key, TimeSpan grace, CancellationToken cancellationToken)
    {
        var newId = Ids.NewId();
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var rotate = connection.CreateCommand();
        // The old row is read as it was before the statement: RETURNING would give the shortened life to the new key.
        rotate.CommandText =
            """
            WITH old AS (
                SELECT name, scopes, expires_at
                FROM api_keys
                WHERE account_id = @account_id AND id = @id AND (expires_at IS NULL OR expires_at > now())
                FOR UPDATE
            ), ending AS (
                UPDATE api_keys
                SET expires_at = LEAST(api_keys.expires_at, now() + @grace)
                FROM old
                WHERE account_id = @account_id AND id = @id
            )
            INSERT INTO api_keys (account_id, id, user_id, name, hash, hint, scopes, expires_at)
            SELECT @account_id, @new_id, @user_id, name, @hash, @hint, scopes, expires_at
            FROM old
            RETURNING name, scopes, expires_at
            """;
        rotate.Parameters.AddWithValue("account_id", accountId);
        rotate.Parameters.AddWithValue("user_id", userId);
        rotate.Parameters.AddWithValue("id", id);
        rotate.Parameters.AddWithValue("new_id", newId);
        rotate.Parameters.AddWithValue("hash", ApiKeyText.Hash(key));
        rotate.Parameters.AddWithValue("hint", ApiKeyText.Hint(key));
        rotate.Parameters.AddWithValue("grace", grace);
        await using var reader = await rotate.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new NewApiKey(newId, reader.GetString(0), key, reader.GetFieldValue<string[]>(1), Time(reader, 2))
            : null;
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
                SELECT account_id, id, user_id, scopes, last_used_at
                FROM api_keys
                WHERE hash = @hash AND (expires_at IS NULL OR expires_at > now())
            ), noted AS (
                UPDATE api_keys
                SET last_used_at = now()
                FROM found
                WHERE api_keys.account_id = found.account_id AND api_keys.id = found.id
                  AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
            )
            SELECT user_id, account_id, scopes
            FROM found
            """;
        select.Parameters.AddWithValue("hash", ApiKeyText.Hash(key));
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new ApiKeyOwner(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<string[]>(2)) : null;
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>For whom a key speaks.</summary>
internal sealed record ApiKeyOwner(Guid UserId, Guid AccountId, IReadOnlyList<string> Scopes);
