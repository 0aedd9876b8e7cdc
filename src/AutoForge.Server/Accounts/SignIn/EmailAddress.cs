using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>What counts as an e-mail address: one that a mail can be sent to, without a display name.</summary>
internal static class EmailAddress
{
    // RFC 5321: 256 octets of path, less the angle brackets.
    private const int Longest = 254;

    public static bool TryParse(string? text, [NotNullWhen(true)] out string? address)
    {
        address = text?.Trim();
        if (address is not null && !IsAddress(address))
            address = null;
        return address is not null;
    }

    /// <summary>What stands before the <c>@</c>.</summary>
    public static string NameOf(string address) => address[..address.LastIndexOf('@')];

    private static bool IsAddress(string text) =>
        text.Length <= Longest
        && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
        && MailAddress.TryCreate(text, out var parsed)
        && parsed.Address == text
        && (parsed.Host.Contains('.') || parsed.Host == "localhost");
}
