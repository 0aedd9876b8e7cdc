using System.Security.Claims;
using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts.Audit;
using Npgsql;

namespace AutoForge.Server.Accounts.Sessions;

/// <summary>
/// The sign-ins that are still good. Cookies and tokens name their session, and every request looks it up by primary key:
/// ending a session works at once and on every node.
/// </summary>
internal sealed class SessionStore(Database database)
{
    /// <summary>The longest time between two sign-ins; refreshing does not extend it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int LongestUserAgent = 400;

    /// <summary>Begins a session, and clears away those of the user that have ended by themselves.</summary>
    public async Task<Guid> StartAsync(User user, HttpContext context)
    {
        var id = Ids.NewId();
        var userAgent = context.Request.Headers.UserAgent.ToString();
        await using var connection = await database.DataSource.OpenConnectionAsync(context.RequestAborted);
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            WITH ended AS (
                DELETE FROM sessions
                WHERE user_id = @user_id AND account_id = @account_id
                  AND (expires_at < now() OR security_stamp <> @stamp)
            )
            INSERT INTO sessions (account_id, id, user_id, security_stamp, user_agent, ip, expires_at)
            VALUES (@account_id, @id, @user_id, @stamp, @user_agent, @ip, now() + @lifetime)
            """;
        insert.Parameters.AddWithValue("account_id", user.AccountId);
        insert.Parameters.AddWithValue("id", id);
        insert.Parameters.AddWithValue("user_id", user.Id);
        insert.Parameters.AddWithValue("stamp", user.SecurityStamp!);
        insert.Parameters.AddWithValue("user_agent", userAgent.Length <= LongestUserAgent ? userAgent : userAgent[..LongestUserAgent]);
        insert.Parameters.Add(new NpgsqlParameter<string?>("ip", AuditEntry.IpOf(context)));
        insert.Parameters.AddWithValue("lifetime", Lifetime);
        await insert.ExecuteNonQueryAsync(context.RequestAborted);
        return id;
    }

    /// <summary>The caller's session if it goes on; null when it has ended.</summary>
    /// <exception cref="InvalidOperationException">The caller has none: API keys are checked by themselves.</exception>
    public async Task<LiveSession?> FindAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        // One round trip; it writes only when the last note is five minutes old, so that a busy session does not bloat its row.
        select.CommandText =
            """
            WITH found AS (
                SELECT s.account_id, s.id, s.last_seen_at, u.is_admin
                FROM sessions AS s
                JOIN users AS u ON u.id = s.user_id
                WHERE s.account_id = @account_id AND s.id = @id
                  AND s.expires_at > now() AND s.security_stamp = u.security_stamp
            ), noted AS (
                UPDATE sessions
                SET last_seen_at = now()
                FROM found
                WHERE sessions.account_id = found.account_id AND sessions.id = found.id
                  AND found.last_seen_at < now() - interval '5 minutes'
            )
            SELECT is_admin
            FROM found
            """;
        select.Parameters.AddWithValue("account_id", caller.AccountId());
        select.Parameters.AddWithValue("id", SessionOf(caller));
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new LiveSession(reader.GetBoolean(0)) : null;
    }

    /// <summary>The caller's user's sessions that go on, the one that was seen last first.</summary>
    public async Task<List<SessionRow>> ListAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT s.id, s.created_at, s.last_seen_at, s.user_agent, s.ip
            FROM sessions AS s
            JOIN users AS u ON u.id = s.user_id
            WHERE s.account_id = @account_id AND s.user_id = @user_id
              AND s.expires_at > now() AND s.security_stamp = u.security_stamp
            ORDER BY s.last_seen_at DESC, s.id DESC
            """;
        select.Parameters.AddWithValue("account_id", caller.AccountId());
        select.Parameters.AddWithValue("user_id", caller.UserId());

        var rows = new List<SessionRow>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new SessionRow(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2),
                BrowserName.Of(reader.IsDBNull(3) ? "" : reader.GetString(3)), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetGuid(0) == caller.SessionId()));
        }
        return rows;
    }

    /// <summary>Lets the caller's session outlive a change of the user's security stamp that has ended all others.</summary>
    public async Task KeepAsync(ClaimsPrincipal caller, string stamp, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var update = connection.CreateCommand();
        update.CommandText =
            """
            UPDATE sessions
            SET security_stamp = @stamp
            WHERE account_id = @account_id AND id = @id
            """;
        update.Parameters.AddWithValue("account_id", caller.AccountId());
        update.Parameters.AddWithValue("id", SessionOf(caller));
        update.Parameters.AddWithValue("stamp", stamp);
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends one session of the caller's user; false when there is none of that id.</summary>
    public async Task<bool> EndAsync(ClaimsPrincipal caller, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM sessions
            WHERE account_id = @account_id AND id = @id AND user_id = @user_id
            """;
        delete.Parameters.AddWithValue("account_id", caller.AccountId());
        delete.Parameters.AddWithValue("id", id);
        delete.Parameters.AddWithValue("user_id", caller.UserId());
        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Ends all sessions of the caller's user but the caller's own.</summary>
    public async Task EndOthersAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM sessions
            WHERE account_id = @account_id AND user_id = @user_id AND id <> @id
            """;
        delete.Parameters.AddWithValue("account_id", caller.AccountId());
        delete.Parameters.AddWithValue("user_id", caller.UserId());
        delete.Parameters.AddWithValue("id", SessionOf(caller));
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Guid SessionOf(ClaimsPrincipal caller) =>
        caller.SessionId() ?? throw new InvalidOperationException("The caller has no session.");
}

/// <summary>A session that goes on.</summary>
/// <param name="IsAdmin">As of now: who becomes an administrator, or stops being one, need not sign in again.</param>
internal sealed record LiveSession(bool IsAdmin);
