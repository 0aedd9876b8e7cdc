using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>What the page that asks for the code carries in place of the password: proof that it was right a moment ago.</summary>
internal sealed class SignInTicket(IDataProtectionProvider protection, UserManager<User> users)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("AutoForge.SignInTicket").ToTimeLimitedDataProtector();

    public string Of(User user) => _protector.Protect($"{user.Id} {user.SecurityStamp}", Lifetime);

    /// <summary>The user; null when the ticket is old, forged, or the password has changed since.</summary>
    public async Task<User?> FindAsync(string? ticket)
    {
        try
        {
            var parts = _protector.Unprotect(ticket ?? "").Split(' ');
            var user = await users.FindByIdAsync(parts[0]);
            return user?.SecurityStamp == parts[1] ? user : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
