using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Accounts.Admin;

/// <summary>
/// How a server gets its first administrator without a default password: each start prints a token as long as there is
/// none, and whoever shows one of them becomes it. Only their hashes are stored.
/// </summary>
internal sealed class AdminInvitations(Database database) : IHostedService
{
    private const int TokenBytes = 32;
    private const int MostOpen = 10;

    /// <summary>The token of this start; null when the server has an administrator.</summary>
    public string? Token { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        // Several nodes start at once, and a node starts often; what was printed last is what somebody reads.
        insert.CommandText =
            """
            WITH forgotten AS (
                DELETE FROM admin_invitations
                WHERE hash IN (SELECT hash FROM admin_invitations ORDER BY created_at DESC OFFSET @most)
            )
            INSERT INTO admin_invitations (hash)
            SELECT @hash
            WHERE NOT EXISTS (SELECT FROM users WHERE is_admin)
            """;
        insert.Parameters.AddWithValue("hash", Hash(token));
        insert.Parameters.AddWithValue("most", MostOpen - 1);
        Token = await insert.ExecuteNonQueryAsync(cancellationToken) == 1 ? token : null;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<bool> IsOpenAsync(string? token, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT EXISTS (SELECT FROM admin_invitations WHERE hash = @hash)
            """;
        select.Parameters.AddWithValue("hash", Hash(token ?? ""));
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Uses a token up, and with it all others; false when it is not open. Of two at the same moment one wins.</summary>
    public async Task<bool> TryUseAsync(string? token, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var delete = connection.CreateCommand();
        delete.CommandText =
            """
            DELETE FROM admin_invitations
            WHERE EXISTS (SELECT FROM admin_invitations WHERE hash = @hash FOR UPDATE)
            """;
        delete.Parameters.AddWithValue("hash", Hash(token ?? ""));
        var used = await delete.ExecuteNonQueryAsync(cancellationToken) > 0;
        Token = used ? null : Token;
        return used;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
