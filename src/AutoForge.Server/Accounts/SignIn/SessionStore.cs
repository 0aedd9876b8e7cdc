using System.Security.Claims;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>
/// The sign-ins that are still good. Cookies and tokens name their session, and every request looks it up by primary key:
/// ending a session works at once and on every node.
/// </summary>
internal sealed class SessionStore(Database database)
{
    /// <summary>The longest time between two sign-ins; refreshing does not extend it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Begins a session, and clears away the user's expired ones.</summary>
    public async Task<Guid> StartAsync(User user, CancellationToken cancellationToken)
    {
        var id = Ids.NewId();
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            WITH expired AS (
                DELETE FROM sessions
                WHERE user_id = @user_id AND account_id = @account_id AND expires_at < now()
            )
            INSERT INTO sessions (account_id, id, user_id, expires_at)
            VALUES (@account_id, @id, @user_id, now() + @lifetime)
            """;
        insert.Parameters.AddWithValue("account_id", user.AccountId);
        insert.Parameters.AddWithValue("id", id);
        insert.Parameters.AddWithValue("user_id", user.Id);
        insert.Parameters.AddWithValue("lifetime", Lifetime);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }

    /// <summary>Whether the caller's session goes on. Callers without one (API keys) have no session to lose: true.</summary>
    public async Task<bool> IsLiveAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (caller.SessionId() is not { } id)
            return true;

        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT EXISTS (
                SELECT FROM sessions
                WHERE account_id = @account_id AND id = @id AND expires_at > now())
            """;
        select.Parameters.AddWithValue("account_id", caller.AccountId());
        select.Parameters.AddWithValue("id", id);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Ends the caller's session, if there is one.</summary>
    public async Task EndAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (caller.SessionId() is not { } id)
            return;

        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM sessions
            WHERE account_id = @account_id AND id = @id
            """;
        delete.Parameters.AddWithValue("account_id", caller.AccountId());
        delete.Parameters.AddWithValue("id", id);
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }
}
