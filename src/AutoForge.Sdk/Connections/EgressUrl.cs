using System.Globalization;
using System.Text;
using AutoForge.Activities;

namespace AutoForge.Connections;

/// <summary>Which URLs may be called at all, whatever address they lead to. The same rules hold for redirects.</summary>
public static class EgressUrl
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>Reads an absolute <c>http</c> or <c>https</c> URL.</summary>
    /// <exception cref="FaultException"><c>invalid_url</c>, with what is wrong.</exception>
    public static Uri Parse(string? text)
    {
        text = text?.Trim() ?? "";
        if (text.Length > MaxLength)
            throw Invalid($"The URL is longer than {MaxLength} characters.");
        if (text.Any(char.IsControl))
            throw Invalid("The URL contains a control character.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            throw Invalid("The URL must be absolute, such as https://example.com/path.");
        Check(url);
        return url;
    }

    /// <summary>Checks a URL that is already parsed, such as the target of a redirect.</summary>
    /// <exception cref="FaultException"><c>invalid_url</c>, with what is wrong.</exception>
    public static void Check(Uri url)
    {
        // On Unix "//host/path" and "/path" parse as file URLs: the scheme check refuses them.
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw Invalid("The URL must begin with http:// or https://.");
        if (url.UserInfo.Length > 0)
            throw Invalid("The URL must not contain a user name or password; use a connection.");
        if (url.HostNameType == UriHostNameType.Dns)
            CheckName(url.Host);
    }

    // Some parsers read look-alikes (circled or full-width digits, ideographic dots) as the ASCII they resemble, so that
    // ①②⑦.⓪.⓪.① becomes 127.0.0.1 behind our back. Names of letters remain: bücher.example.
    private static void CheckName(string host)
    {
        foreach (var rune in host.EnumerateRunes())
        {
            if (!rune.IsAscii && (!IsLetterOrMark(rune) || ResemblesAnother(rune.Value)))
                throw Invalid("The host name contains characters that are not allowed in host names.");
        }

        // What ends in a number is an IPv4 address or nothing (WHATWG URL, "ends in a number"); Uri takes it for a name.
        var name = host.EndsWith('.') ? host[..^1] : host;
        var last = name[(name.LastIndexOf('.') + 1)..];
        if (last.Length > 0 && (last.All(char.IsAsciiDigit) || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase)))
            throw Invalid("The host is neither a name nor a valid address.");
    }

    private static bool IsLetterOrMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Letterlike symbols, half- and full-width forms, mathematical alphanumerics.
    private static bool ResemblesAnother(int codePoint) =>
        codePoint is (>= 0x2100 and <= 0x214F) or (>= 0xFB00 and <= 0xFB06) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x1D400 and <= 0x1D7FF);

    private static FaultException Invalid(string message) => new("invalid_url", message);
}
