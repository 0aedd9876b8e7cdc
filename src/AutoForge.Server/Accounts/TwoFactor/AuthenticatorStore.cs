using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>The authenticator apps of users, and their recovery codes.</summary>
internal sealed class AuthenticatorStore(Database database)
{
    /// <summary>Null when the user has none.</summary>
    public async Task<Authenticator?> FindAsync(User user, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT a.secret, a.confirmed_at IS NOT NULL,
                   (SELECT count(*)::integer FROM recovery_codes AS c WHERE c.account_id = a.account_id AND c.user_id = a.user_id)
            FROM authenticators AS a
            WHERE a.account_id = @account_id AND a.user_id = @user_id
            """;
        AddUser(select.Parameters, user);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Authenticator(reader.GetFieldValue<byte[]>(0), reader.GetBoolean(1), reader.GetInt32(2))
            : null;
    }

    /// <summary>Stores a secret that is not in use yet, in place of one of before; false when the user has one in use.</summary>
    public async Task<bool> TryPrepareAsync(User user, byte[] sealedSecret, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var upsert = connection.CreateCommand();
        upsert.CommandText =
            """
            INSERT INTO authenticators AS a (account_id, user_id, secret)
            VALUES (@account_id, @user_id, @secret)
            ON CONFLICT (account_id, user_id) DO UPDATE
            SET secret = excluded.secret, last_step = 0, created_at = now()
            WHERE a.confirmed_at IS NULL
            """;
        AddUser(upsert.Parameters, user);
        upsert.Parameters.AddWithValue("secret", sealedSecret);
        return await upsert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Takes the prepared secret into use, with its recovery codes; false when it is in use already.</summary>
    public async Task<bool> TryConfirmAsync(User user, long step, IEnumerable<byte[]> codes, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var update = connection.CreateCommand();
        update.CommandText =
            """
            UPDATE authenticators
            SET confirmed_at = now(), last_step = @step
            WHERE account_id = @account_id AND user_id = @user_id AND confirmed_at IS NULL
            """;
        AddUser(update.Parameters, user);
        update.Parameters.AddWithValue("step", step);
        if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        await ReplaceCodesAsync(connection, user, codes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Uses a code's time step up; false when it, or a later one, has been used.</summary>
    public async Task<bool> TryUseStepAsync(User user, long step, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var update = connection.CreateCommand();
        update.CommandText =
            """
            UPDATE authenticators
            SET last_step = @step
            WHERE account_id = @account_id AND user_id = @user_id AND confirmed_at IS NOT NULL AND last_step < @step
            """;
        AddUser(update.Parameters, user);
        update.Parameters.AddWithValue("step", step);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Uses a recovery code up; false when it is none, or was used.</summary>
    public async Task<bool> TryUseCodeAsync(User user, byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM recovery_codes
            WHERE account_id = @account_id AND user_id = @user_id AND hash = @hash
            """;
        AddUser(delete.Parameters, user);
        delete.Parameters.AddWithValue("hash", hash);
        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task RenewCodesAsync(User user, IEnumerable<byte[]> codes, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ReplaceCodesAsync(connection, user, codes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>False when the user has none.</summary>
    public async Task<bool> RemoveAsync(User user, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            WITH codes AS (
                DELETE FROM recovery_codes
                WHERE account_id = @account_id AND user_id = @user_id
            )
            DELETE FROM authenticators
            WHERE account_id = @account_id AND user_id = @user_id
            """;
        AddUser(delete.Parameters, user);
        return await delete.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    // In the transaction that is open on the connection.
    private static async Task ReplaceCodesAsync(NpgsqlConnection connection, User user, IEnumerable<byte[]> codes, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        var delete = new NpgsqlBatchCommand(
            """
            DELETE FROM recovery_codes
            WHERE account_id = @account_id AND user_id = @user_id
            """);
        AddUser(delete.Parameters, user);
        batch.BatchCommands.Add(delete);
        var insert = new NpgsqlBatchCommand(
            """
            INSERT INTO recovery_codes (account_id, user_id, hash)
            SELECT @account_id, @user_id, hash
            FROM unnest(@hashes) AS hash
            """);
        AddUser(insert.Parameters, user);
        insert.Parameters.AddWithValue("hashes", codes.ToArray());
        batch.BatchCommands.Add(insert);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddUser(NpgsqlParameterCollection parameters, User user)
    {
        parameters.AddWithValue("account_id", user.AccountId);
        parameters.AddWithValue("user_id", user.Id);
    }
}

/// <summary>An authenticator app as it is stored.</summary>
/// <param name="SealedSecret">Encrypted with the key ring.</param>
/// <param name="IsOn">Whether its first code was right; until then it decides nothing.</param>
internal sealed record Authenticator(byte[] SealedSecret, bool IsOn, int CodesLeft);
