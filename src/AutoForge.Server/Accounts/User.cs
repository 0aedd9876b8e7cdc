using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts;

/// <summary>Someone who signs in to an account.</summary>
internal sealed class User : IdentityUser<Guid>
{
    /// <summary>The account that the user acts for; never changes.</summary>
    public Guid AccountId { get; init; }
}
