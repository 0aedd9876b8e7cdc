using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Engine.Triggers.Signatures;

/// <summary>
/// Proves that a webhook comes from someone who knows its secret: by a Standard Webhooks signature, by one in GitHub's style,
/// or by the secret itself as bearer token.
/// </summary>
/// <remarks>
/// The strongest proof that is present decides alone: a wrong signature is not rescued by a right token, which an attacker may
/// have read from a log. Comparisons take the same time wherever they differ.
/// </remarks>
internal static class WebhookSignature
{
    /// <summary>How far a signed timestamp may be from now, to either side.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string GitHubName = "X-Hub-Signature-256";
    private const string GitHubPrefix = "sha256=";
    private const string BearerPrefix = "Bearer ";

    // Senders that rotate their secret send two; a list without end would make us compute for free.
    private const int MaxSignatures = 16;

    /// <param name="secret">As the user stored it: <c>whsec_</c> and base64, or any text.</param>
    /// <param name="header">The value of a header by name, in any case; null when absent.</param>
    /// <param name="body">The bytes that arrived, before any decoding.</param>
    /// <param name="now">The time to judge timestamps by.</param>
    public static SignatureVerdict Verify(string? secret, Func<string, string?> header, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(secret))
            return SignatureVerdict.BadSecret;
        if (header(SignatureHeaders.SignatureName) is { } standard)
            return VerifyStandard(secret, standard, header(SignatureHeaders.IdName), header(SignatureHeaders.TimestampName), body.Span, now);
        if (header(GitHubName) is { } gitHub)
            return VerifyGitHub(secret, gitHub, body.Span);
        if (header("Authorization") is { } authorization)
            return VerifyBearer(secret, authorization);
        return SignatureVerdict.Missing;
    }

    /// <summary>Signs an outgoing request by Standard Webhooks.</summary>
    /// <exception cref="AutoForgeException"><c>webhook_secret_invalid</c>: blank, or <c>whsec_</c> without base64.</exception>
    public static SignatureHeaders Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var key = WebhookSecret.Key(secret)
            ?? throw new AutoForgeException("webhook_secret_invalid", "The webhook's secret must be text, or whsec_ followed by base64.");
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(key, id, timestamp, body, hash);
        return new(id, timestamp, $"v1,{Convert.ToBase64String(hash)}");
    }

    private static SignatureVerdict VerifyStandard(
        string secret, string signatures, string? id, string? timestamp, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (WebhookSecret.Key(secret) is not { } key)
            return SignatureVerdict.BadSecret;
        if (string.IsNullOrEmpty(id)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || signatures.AsSpan().Count(' ') >= MaxSignatures)
            return SignatureVerdict.Malformed;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(key, id, timestamp, body, expected);
        if (!ContainsSignature(signatures, expected))
            return SignatureVerdict.Wrong;

        return Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) <= (decimal)Tolerance.TotalSeconds ? SignatureVerdict.Valid : SignatureVerdict.Stale;
    }

    // "v1,<base64> v1,<base64> v1a,<base64>": one that fits is enough; other versions are not ours to judge.
    private static bool ContainsSignature(ReadOnlySpan<char> signatures, ReadOnlySpan<byte> expected)
    {
        var found = false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var range in signatures.Split(' '))
        {
            var signature = signatures[range];
            if (signature.StartsWith("v1,") && Convert.TryFromBase64Chars(signature[3..], given, out var length))
                found |= CryptographicOperations.FixedTimeEquals(given[..length], expected);
        }

        return found;
    }

    private static SignatureVerdict VerifyGitHub(string secret, ReadOnlySpan<char> signature, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!signature.StartsWith(GitHubPrefix)
            || signature.Length != GitHubPrefix.Length + (given.Length * 2)
            || Convert.FromHexString(signature[GitHubPrefix.Length..], given, out _, out _) != System.Buffers.OperationStatus.Done)
            return SignatureVerdict.Malformed;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected) ? SignatureVerdict.Valid : SignatureVerdict.Wrong;
    }

    private static SignatureVerdict VerifyBearer(string secret, string authorization)
    {
        if (!authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
            return SignatureVerdict.Malformed;

        // Hashes have one length, so not even the length of the secret can be measured.
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[BearerPrefix.Length..].Trim()));
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        return CryptographicOperations.FixedTimeEquals(given, expected) ? SignatureVerdict.Valid : SignatureVerdict.Wrong;
    }

    private static void Compute(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        hmac.GetHashAndReset(destination);
    }
}
