using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Server.Billing.Stripe;

/// <summary>The header <c>Stripe-Signature: t=1700000000,v1=5257a8…,v1=…</c>: HMAC-SHA256 of the time, a dot and the raw body.</summary>
internal static class StripeSignature
{
    public const string Header = "Stripe-Signature";

    /// <summary>How far the signed time may be away, either way: an event that was recorded cannot be sent again later.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    // More than a provider that changes its secret sends; a header full of them is no reason to compare for long.
    private const int MostSignatures = 16;

    public static bool IsValid(string? header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(header))
            return false;
        string? time = null;
        var signatures = new List<string>();
        foreach (var part in header.Split(','))
        {
            var split = part.IndexOf('=', StringComparison.Ordinal);
            var name = split < 0 ? "" : part[..split].Trim();
            if (name == "t" && time is null)
                time = part[(split + 1)..].Trim();
            else if (name == "v1" && signatures.Count < MostSignatures)
                signatures.Add(part[(split + 1)..].Trim());
        }

        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)seconds - now.ToUnixTimeSeconds()) > (decimal)Tolerance.TotalSeconds)
            return false;

        // No early end: how many of the signatures were compared says nothing about them.
        var expected = Encoding.ASCII.GetBytes(Compute(time, body, secret));
        var isValid = false;
        foreach (var signature in signatures)
            isValid |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(signature));
        return isValid;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public static string Compute(string time, ReadOnlySpan<byte> body, string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(time));
        hmac.AppendData("."u8);
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }
}
