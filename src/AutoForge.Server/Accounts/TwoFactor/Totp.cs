using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>Codes of authenticator apps: RFC 6238 with HMAC-SHA1, 30 seconds and 6 digits, which is what every app knows.</summary>
internal static class Totp
{
    public const int SecretBytes = 20;

    private const int SecondsPerStep = 30;
    private const int Modulus = 1_000_000;

    // Clocks of phones go wrong by seconds, and people type slowly.
    private const int StepsBack = 1;
    private const int StepsAhead = 1;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The time step whose code this is; null when it is no code of around now.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string? code, DateTimeOffset now)
    {
        var digits = code?.Replace(" ", "", StringComparison.Ordinal);
        var step = now.ToUnixTimeSeconds() / SecondsPerStep;
        for (var candidate = step + StepsAhead; candidate >= step - StepsBack; candidate--)
        {
            if (Code(secret, candidate) == digits)
                return candidate;
        }
        return null;
    }

    /// <summary>The code of a time step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        // CA5350 warns of SHA-1 for signatures; as the core of an HMAC it is not broken, and the apps know nothing else.
#pragma warning disable CA5350
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var offset = mac[^1] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The secret as people type it.</summary>
    public static string Text(ReadOnlySpan<byte> secret)
    {
        var text = new char[secret.Length * 8 / 5];
        for (var i = 0; i < text.Length; i++)
        {
            var (index, shift) = Math.DivRem(i * 5, 8);
            var pair = (secret[index] << 8) | (index + 1 < secret.Length ? secret[index + 1] : 0);
            text[i] = Base32[(pair >> (11 - shift)) & 31];
        }
        return new string(text);
    }

    /// <summary>What the app reads from the picture.</summary>
    public static string Uri(ReadOnlySpan<byte> secret, string email) =>
        $"otpauth://totp/AutoForge:{System.Uri.EscapeDataString(email)}?secret={Text(secret)}&issuer=AutoForge";
}
