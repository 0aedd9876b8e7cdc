using System.Globalization;
using AutoForge.Engine.Triggers.Signatures;

namespace AutoForge.Engine.Tests.Triggers.Signatures;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();

    // Computed with another implementation of HMAC-SHA256 (Python's hmac).
    private static readonly Dictionary<string, string> Standard = new(StringComparer.OrdinalIgnoreCase)
    {
        ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
        ["webhook-timestamp"] = "1614265330",
        ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };

    private static readonly Dictionary<string, string> GitHub = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x-hub-signature-256"] = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    };

    private static readonly byte[] GitHubBody = "Hello, World!"u8.ToArray();
    private const string GitHubSecret = "It's a Secret to Everybody";

    [Fact]
    public void Verify_KnownAnswers_AreValid()
    {
        Assert.Equal(SignatureVerdict.Valid, Verify(Secret, Standard, Body));
        Assert.Equal(SignatureVerdict.Valid, Verify(GitHubSecret, GitHub, GitHubBody));
        Assert.Equal(SignatureVerdict.Valid, Verify("schlüssel 🔑", Headers("v1,2xBFmlG930C2YWcUvjN2x5evxAnmQVoFPdHlqRIquC4=", "msg_1"), "{}"u8.ToArray()));
    }

    [Fact]
    public void Sign_KnownInput_GivesTheKnownAnswer()
    {
        var headers = WebhookSignature.Sign(Secret, Standard["webhook-id"], SignedAt, Body);

        Assert.Equal(new SignatureHeaders(Standard["webhook-id"], Standard["webhook-timestamp"], Standard["webhook-signature"]), headers);
    }

    [Fact]
    public void Verify_AnyChange_IsWrong()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var body = (byte[])Body.Clone();
            body[i] ^= 1;
            Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, Standard, body));
        }

        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, Standard, []));
        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, With(Standard, "webhook-id", "msg_other"), Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, With(Standard, "webhook-timestamp", "1614265331"), Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify("whsec_AAAA", Standard, Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Standard, Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitHubSecret, GitHub, "Hello, World?"u8.ToArray()));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitHubSecret + " ", GitHub, GitHubBody));
    }

    [Theory]
    [InlineData(-300, SignatureVerdict.Valid)]
    [InlineData(300, SignatureVerdict.Valid)]
    [InlineData(-301, SignatureVerdict.Stale)]
    [InlineData(301, SignatureVerdict.Stale)]
    [InlineData(86400 * 365, SignatureVerdict.Stale)]
    internal void Verify_Timestamp_MayBeFiveMinutesOff(int seconds, SignatureVerdict expected) =>
        Assert.Equal(expected, Verify(Secret, Standard, Body, SignedAt.AddSeconds(seconds)));

    [Fact]
    public void Verify_ForgedAndStale_IsWrongFirst() =>
        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, Standard, [1], SignedAt.AddDays(1)));

    [Fact]
    public void Verify_SeveralSignatures_OneThatFitsIsEnough()
    {
        var right = Standard["webhook-signature"];
        var other = WebhookSignature.Sign("another", Standard["webhook-id"], SignedAt, Body).Signature;

        Assert.Equal(SignatureVerdict.Valid, Verify(Secret, With(Standard, "webhook-signature", $"{other} {right}"), Body));
        Assert.Equal(SignatureVerdict.Valid, Verify(Secret, With(Standard, "webhook-signature", $"{right} {other}"), Body));
        Assert.Equal(SignatureVerdict.Valid, Verify(Secret, With(Standard, "webhook-signature", $"v1a,xxx {right} v2,yyy"), Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, With(Standard, "webhook-signature", $"{other} {other}"), Body));
        Assert.Equal(SignatureVerdict.Wrong, Verify(Secret, With(Standard, "webhook-signature", right.Replace("v1,", "v2,", StringComparison.Ordinal)), Body));
        Assert.Equal(SignatureVerdict.Malformed, Verify(Secret, With(Standard, "webhook-signature", string.Join(' ', Enumerable.Repeat(right, 17))), Body));
    }

    [Theory]
    [InlineData("webhook-id", null, SignatureVerdict.Malformed)]
    [InlineData("webhook-id", "", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", null, SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "now", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "-1614265330", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "1614265330.0", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "99999999999999999999", SignatureVerdict.Malformed)]
    [InlineData("webhook-timestamp", "9223372036854775807", SignatureVerdict.Wrong)]
    [InlineData("webhook-signature", "", SignatureVerdict.Wrong)]
    [InlineData("webhook-signature", "v1,", SignatureVerdict.Wrong)]
    [InlineData("webhook-signature", "v1,not base64", SignatureVerdict.Wrong)]
    [InlineData("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureVerdict.Wrong)]
    internal void Verify_BrokenStandardHeaders_FailClosed(string name, string? value, SignatureVerdict expected)
    {
        Assert.Equal(expected, Verify(Secret, With(Standard, name, value), Body));

        // Nor does a right token beside them help.
        Assert.Equal(expected, Verify(Secret, With(With(Standard, name, value), "Authorization", $"Bearer {Secret}"), Body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043eXX")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700")]
    public void Verify_BrokenGitHubHeader_IsMalformed(string value) =>
        Assert.Equal(SignatureVerdict.Malformed, Verify(GitHubSecret, With(GitHub, "x-hub-signature-256", value), GitHubBody));

    [Fact]
    public void Verify_GitHubHexInCapitals_IsValid()
    {
        var capitals = "sha256=" + GitHub["x-hub-signature-256"][7..].ToUpperInvariant();

        Assert.Equal(SignatureVerdict.Valid, Verify(GitHubSecret, With(GitHub, "x-hub-signature-256", capitals), GitHubBody));
    }

    [Theory]
    [InlineData("Bearer s3cret", SignatureVerdict.Valid)]
    [InlineData("bearer s3cret", SignatureVerdict.Valid)]
    [InlineData("Bearer  s3cret ", SignatureVerdict.Valid)]
    [InlineData("Bearer S3cret", SignatureVerdict.Wrong)]
    [InlineData("Bearer s3cret2", SignatureVerdict.Wrong)]
    [InlineData("Bearer s3cre", SignatureVerdict.Wrong)]
    [InlineData("Bearer ", SignatureVerdict.Wrong)]
    [InlineData("Bearer", SignatureVerdict.Malformed)]
    [InlineData("Basic s3cret", SignatureVerdict.Malformed)]
    [InlineData("s3cret", SignatureVerdict.Malformed)]
    internal void Verify_Bearer_IsTheSecretItself(string authorization, SignatureVerdict expected) =>
        Assert.Equal(expected, Verify("s3cret", new() { ["Authorization"] = authorization }, Body));

    [Fact]
    public void Verify_SeveralKindsOfProof_TheStrongestDecidesAlone()
    {
        var right = WebhookSignature.Sign(GitHubSecret, "msg_1", SignedAt, GitHubBody).Signature;
        var wrongGitHub = "sha256=" + new string('0', 64);
        var bearer = $"Bearer {GitHubSecret}";

        Assert.Equal(SignatureVerdict.Valid, Verify(GitHubSecret, With(Headers(right, "msg_1"), "x-hub-signature-256", wrongGitHub), GitHubBody));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitHubSecret, With(Headers("v1,AAAA", "msg_1"), "x-hub-signature-256", GitHub["x-hub-signature-256"]), GitHubBody));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitHubSecret, With(With(GitHub, "x-hub-signature-256", wrongGitHub), "authorization", bearer), GitHubBody));
        Assert.Equal(SignatureVerdict.Valid, Verify(GitHubSecret, With(GitHub, "authorization", "Bearer nonsense"), GitHubBody));
    }

    [Fact]
    public void Verify_DeduplicationIdAlone_IsNoSignature() =>
        Assert.Equal(SignatureVerdict.Valid, Verify(GitHubSecret, With(GitHub, "webhook-id", "delivery-1"), GitHubBody));

    [Fact]
    public void Verify_NoProof_IsMissing() => Assert.Equal(SignatureVerdict.Missing, Verify(Secret, [], Body));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("whsec_")]
    [InlineData("whsec_%%%")]
    public void Verify_SecretThatIsNone_RefusesEverything(string? secret)
    {
        Assert.Equal(SignatureVerdict.BadSecret, Verify(secret, Standard, Body));
        Assert.NotEqual(SignatureVerdict.Valid, Verify(secret, new() { ["authorization"] = "Bearer " }, Body));
        Assert.NotEqual(SignatureVerdict.Valid, Verify(secret, [], Body));
    }

    [Fact]
    public void Verify_DefaultVerdict_Refuses() => Assert.NotEqual(SignatureVerdict.Valid, default);

    [Fact]
    public void Sign_SecretThatIsNone_Throws()
    {
        Assert.Equal("webhook_secret_invalid", Assert.Throws<AutoForgeException>(() => WebhookSignature.Sign(" ", "id", SignedAt, Body)).Code);
        Assert.Equal("webhook_secret_invalid", Assert.Throws<AutoForgeException>(() => WebhookSignature.Sign("whsec_?", "id", SignedAt, Body)).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void SignThenVerify_RandomMessages_AreValidAndUnforgeable(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var body = new byte[random.Next(0, 2000)];
            random.NextBytes(body);
            var secret = WebhookSecret.New();
            var signed = WebhookSignature.Sign(secret, $"msg_{round}", SignedAt, body);
            var headers = Headers(signed.Signature, signed.Id);

            Assert.Equal(SignatureVerdict.Valid, Verify(secret, headers, body));
            Assert.Equal(SignatureVerdict.Wrong, Verify(WebhookSecret.New(), headers, body));
            Assert.Equal(SignatureVerdict.Wrong, Verify(secret, headers, [.. body, 0]));
        }
    }

    private static Dictionary<string, string> Headers(string signature, string id) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["webhook-id"] = id,
        ["webhook-timestamp"] = SignedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["webhook-signature"] = signature,
    };

    private static Dictionary<string, string> With(Dictionary<string, string> headers, string name, string? value)
    {
        var changed = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase);
        changed.Remove(name);
        if (value is not null)
            changed.Add(name, value);
        return changed;
    }

    private static SignatureVerdict Verify(string? secret, Dictionary<string, string> headers, byte[] body, DateTimeOffset? now = null)
    {
        var lookup = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase);
        return WebhookSignature.Verify(secret, name => lookup.GetValueOrDefault(name), body, now ?? SignedAt);
    }
}
