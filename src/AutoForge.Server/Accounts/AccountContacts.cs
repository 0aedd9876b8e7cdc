using System.Security.Claims;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts;

/// <summary>To whom mail about an account goes: alerts, statements, warnings.</summary>
internal sealed class AccountContacts(Database database, IOptions<ServerOptions> options)
{
    /// <summary>
    /// The account's users whose address may be written to: where the server asks for confirmation, only those who have
    /// confirmed, since an address that nobody confirmed may be a stranger's.
    /// </summary>
    public async Task<IReadOnlyList<AccountContact>> ListAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT email, name, time_zone, language
            FROM users
            WHERE account_id = @account_id AND (email_confirmed OR NOT @confirmed_only)
            ORDER BY created_at
            """;
        select.Parameters.AddWithValue("account_id", accountId);
        select.Parameters.AddWithValue("confirmed_only", options.Value.AsksForConfirmation);

        var contacts = new List<AccountContact>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            contacts.Add(new AccountContact(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
        return contacts;
    }

    /// <summary>Where the user lives: an IANA name. Null when the user is gone.</summary>
    public async Task<string?> TimeZoneAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT time_zone
            FROM users
            WHERE account_id = @account_id AND id = @id
            """;
        select.Parameters.AddWithValue("account_id", caller.AccountId());
        select.Parameters.AddWithValue("id", caller.UserId());
        return await select.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>The address that the user still has to confirm; null when there is nothing to ask for.</summary>
    public async Task<string?> UnconfirmedAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (!options.Value.AsksForConfirmation)
            return null;
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT email
            FROM users
            WHERE account_id = @account_id AND id = @id AND NOT email_confirmed
            """;
        select.Parameters.AddWithValue("account_id", caller.AccountId());
        select.Parameters.AddWithValue("id", caller.UserId());
        return await select.ExecuteScalarAsync(cancellationToken) as string;
    }
}

/// <summary>Somebody to write to.</summary>
/// <param name="Name">May be empty.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Language">A language tag.</param>
internal sealed record AccountContact(string Email, string Name, string TimeZone, string Language);
