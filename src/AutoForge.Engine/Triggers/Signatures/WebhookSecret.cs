using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Engine.Triggers.Signatures;

/// <summary>The shared secret of a webhook.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";

    /// <summary>A new one for a user to hand to the sender: 32 random bytes.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The bytes to sign with. Null when the text is blank, or says that it is base64 and is not.</summary>
    public static byte[]? Key(string secret)
    {
        if (string.IsNullOrWhiteSpace(secret))
            return null;
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret);

        var key = new byte[secret.Length];
        return Convert.TryFromBase64Chars(secret.AsSpan(Prefix.Length), key, out var length) && length > 0 ? key[..length] : null;
    }
}
