using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>
/// How an API key looks: <c>af_live_</c>, 28 random characters (166 bits), and a CRC-32C of what stands before it in
/// 6 characters, so that a mistyped or invented key is refused without a question to the database, and a scanner can tell
/// a leaked key from a look-alike.
/// </summary>
internal static class ApiKeyText
{
    public const string Prefix = "af_live_";

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 28;
    private const int ChecksumLength = 6;
    private static readonly SearchValues<char> Digits = SearchValues.Create(Base62);

    public static string New()
    {
        var text = Prefix + RandomNumberGenerator.GetString(Base62, RandomLength);
        return text + Checksum(text);
    }

    public static bool IsWellFormed(string key) =>
        key.Length == Prefix.Length + RandomLength + ChecksumLength
        && key.StartsWith(Prefix, StringComparison.Ordinal)
        && !key.AsSpan(Prefix.Length).ContainsAnyExcept(Digits)
        && key.EndsWith(Checksum(key[..^ChecksumLength]), StringComparison.Ordinal);

    /// <summary>What is stored in its place.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    /// <summary>Enough for its owner to recognise it.</summary>
    public static string Hint(string key) => Prefix + "…" + key[^4..];

    private static string Checksum(string text)
    {
        var crc = uint.MaxValue;
        foreach (var character in text)
            crc = BitOperations.Crc32C(crc, (byte)character);
        crc = ~crc;

        // 62^6 is more than 2^32.
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--, crc /= 62)
            digits[i] = Base62[(int)(crc % 62)];
        return new string(digits);
    }
}
