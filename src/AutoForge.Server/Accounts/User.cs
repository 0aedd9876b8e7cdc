using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts;

/// <summary>Someone who signs in to an account.</summary>
internal sealed class User : IdentityUser<Guid>
{
    /// <summary>The account that the user acts for; never changes.</summary>
    public Guid AccountId { get; init; }

    /// <summary>Whether the user administers this server.</summary>
    public bool IsAdmin { get; set; }

    /// <summary>What people call them; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>IANA name; the days of filters are counted in it.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>A language tag such as <c>en</c> or <c>pt-BR</c>.</summary>
    public string Language { get; set; } = "en";
}
