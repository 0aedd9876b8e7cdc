using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.Confirmation;

/// <summary>Tokens in links that confirm an address: longer lived than those that set a password, since they only add to what is known.</summary>
internal sealed class ConfirmationTokens(
    IDataProtectionProvider protection, IOptions<ConfirmationTokens.Lifetime> options, ILogger<DataProtectorTokenProvider<User>> logger)
    : DataProtectorTokenProvider<User>(protection, options, logger)
{
    public const string Provider = "confirmation";

    internal sealed class Lifetime : DataProtectionTokenProviderOptions
    {
        public Lifetime()
        {
            Name = "AutoForge.Confirmation";
            TokenLifespan = TimeSpan.FromHours(24);
        }
    }
}
