using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>How recovery codes look: <c>xxxx-xxxx-xxxx-xxxx</c>, 79 random bits, without letters that look alike.</summary>
internal static class RecoveryCode
{
    /// <summary>How many a user gets.</summary>
    public const int Count = 10;

    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int GroupLength = 4;
    private const int Groups = 4;

    public static IReadOnlyList<string> NewSet() => [.. Enumerable.Range(0, Count).Select(_ => New())];

    /// <summary>What is stored in its place. Blanks, dashes and capitals do not matter.</summary>
    public static byte[] Hash(string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(code.Where(char.IsLetterOrDigit)).ToLowerInvariant()));

    private static string New() =>
        string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Letters, GroupLength)));
}
