using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AutoForge.Server.Accounts.TwoFactor;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>security.md, sign-in: the second factor.</summary>
public sealed class TwoFactorTests(TestServer server) : IClassFixture<TestServer>
{
    // The codes of RFC 6238, appendix B, cut to six digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_OfTheStandardsVectors_IsTheirs(long seconds, string code) =>
        Assert.Equal(code, Totp.Code("12345678901234567890"u8, seconds / 30));

    [Theory]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(-30, true)]
    [InlineData(90, false)]
    [InlineData(-90, false)]
    public void Match_CodeOfAnotherMoment_IsTakenWithinOneStep(int secondsAway, bool isTaken)
    {
        var secret = "12345678901234567890"u8;
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);

        var step = Totp.Match(secret, Totp.Code(secret, now.AddSeconds(secondsAway).ToUnixTimeSeconds() / 30), now);

        Assert.Equal(isTaken, step is not null);
    }

    [Fact]
    public void Text_OfASecret_IsBase32() =>
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Text("12345678901234567890"u8));

    [Fact]
    public async Task Login_WithTwoFactorOn_NeedsACodeThatWorksOnce()
    {
        var caller = await server.NewCallerAsync();
        var (secret, _) = await SwitchOnAsync(caller);
        // The code that switched it on is used up; the next one is accepted ahead of its time.
        var code = NextCode(secret);

        using var without = await LoginAsync(caller);
        using var wrong = await LoginAsync(caller, code == "000000" ? "000001" : "000000");
        using var right = await LoginAsync(caller, code);
        using var again = await LoginAsync(caller, code);

        await without.ProblemAsync(HttpStatusCode.Unauthorized, "two_factor_required");
        await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "two_factor_required");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        await again.ProblemAsync(HttpStatusCode.Unauthorized, "two_factor_required");
        Assert.False(without.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Login_WrongPasswordWithARightCode_IsRefusedAsEver()
    {
        var caller = await server.NewCallerAsync();
        var (secret, _) = await SwitchOnAsync(caller);

        using var response = await caller.Client.PostAsJsonAsync(
            "/api/auth/login", new { email = caller.Email, password = "not the password", twoFactorCode = NextCode(secret) }, Cancelled);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task Login_RecoveryCode_WorksOnceInAnySpelling()
    {
        var caller = await server.NewCallerAsync();
        var (_, codes) = await SwitchOnAsync(caller);
        Assert.Equal(10, codes.Distinct().Count());

        using var right = await LoginAsync(caller, recoveryCode: codes[3].ToUpperInvariant().Replace('-', ' '));
        using var again = await LoginAsync(caller, recoveryCode: codes[3]);

        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        await again.ProblemAsync(HttpStatusCode.Unauthorized, "two_factor_required");
        var state = await caller.Client.GetFromJsonAsync<JsonElement>("/api/user/two-factor", Cancelled);
        Assert.Equal((true, 9), (state.GetProperty("isOn").GetBoolean(), state.GetProperty("recoveryCodesLeft").GetInt32()));
    }

    [Fact]
    public async Task Login_TwentyTimesTheSameCodeAtOnce_WorksOnce()
    {
        var caller = await server.NewCallerAsync();
        var (_, codes) = await SwitchOnAsync(caller);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => LoginAsync(caller, recoveryCode: codes[0])));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Login_SixthCodeInFiveMinutes_IsRefusedUnlooked()
    {
        var caller = await server.NewCallerAsync();
        var (secret, _) = await SwitchOnAsync(caller);
        using var client = server.NewClient(await server.StartNodeAsync("AutoForge:RateLimits:Enabled=true"));
        for (var i = 0; i < 5; i++)
            (await LoginAsync(client, caller.Email, "12345")).Dispose();

        using var sixth = await LoginAsync(client, caller.Email, NextCode(secret));

        await sixth.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task Disable_WithoutThePassword_IsRefused()
    {
        var caller = await server.NewCallerAsync();
        await SwitchOnAsync(caller);

        using var wrong = await caller.Client.PostAsJsonAsync("/api/user/two-factor/disable", new { password = "not the password" }, Cancelled);
        using var stillOn = await LoginAsync(caller);
        using var right = await caller.Client.PostAsJsonAsync("/api/user/two-factor/disable", new { password = TestServer.Password }, Cancelled);
        using var off = await LoginAsync(caller);

        await wrong.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await stillOn.ProblemAsync(HttpStatusCode.Unauthorized, "two_factor_required");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.OK), (right.StatusCode, off.StatusCode));
    }

    [Fact]
    public async Task Setup_NotConfirmed_AsksForNothing()
    {
        var caller = await server.NewCallerAsync();
        await SetUpAsync(caller);

        using var confirmed = await caller.Client.PostAsJsonAsync("/api/user/two-factor/confirm", new { code = "12345" }, Cancelled);
        using var login = await LoginAsync(caller);

        await confirmed.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task Setup_WhenOn_IsRefusedAndTheSecretStays()
    {
        var caller = await server.NewCallerAsync();
        var (secret, _) = await SwitchOnAsync(caller);

        using var again = await caller.Client.PostAsJsonAsync("/api/user/two-factor/setup", new { password = TestServer.Password }, Cancelled);
        using var login = await LoginAsync(caller, NextCode(secret));

        await again.ProblemAsync(HttpStatusCode.Conflict, "two_factor_on");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task Stored_SecretAndCodes_AreNotInTheDatabaseAsTheyAre()
    {
        var caller = await server.NewCallerAsync();
        var (secret, codes) = await SwitchOnAsync(caller);

        await using var command = server.Database.DataSource.CreateCommand(
            """
            SELECT (SELECT string_agg(encode(secret, 'hex'), ' ') FROM authenticators WHERE account_id = @account_id)
                || (SELECT string_agg(encode(hash, 'hex'), ' ') FROM recovery_codes WHERE account_id = @account_id)
            """);
        command.Parameters.AddWithValue("account_id", caller.AccountId);
        var stored = (string)(await command.ExecuteScalarAsync(Cancelled))!;

        Assert.DoesNotContain(Convert.ToHexStringLower(secret), stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(codes[0].Replace("-", "", StringComparison.Ordinal))), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignInPage_WithTwoFactorOn_AsksForTheCodeAndGoesOn()
    {
        var caller = await server.NewCallerAsync();
        var (secret, _) = await SwitchOnAsync(caller);
        using var visitor = new PageClient(server.Address);

        using var asked = await visitor.SubmitAsync("/sign-in", "/sign-in", ("email", caller.Email), ("password", TestServer.Password), ("returnUrl", "/runs"));
        var html = await asked.Content.ReadAsStringAsync(Cancelled);
        using var stranger = await visitor.GetAsync("/runs");
        using var wrong = await visitor.SubmitFromAsync(html, "/sign-in/two-factor", ("code", "12345"));
        using var right = await visitor.SubmitFromAsync(html, "/sign-in/two-factor", ("code", NextCode(secret)));

        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.DoesNotContain(TestServer.Password, html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal((HttpStatusCode.Found, "/runs"), (right.StatusCode, right.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task SettingsPage_SetUp_ShowsAPictureAndThenTheCodesOnce()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var setup = await visitor.SubmitAsync("/settings/two-factor", "/settings/two-factor/setup", ("password", TestServer.Password));
        var html = await setup.Content.ReadAsStringAsync(Cancelled);
        var secret = FromBase32(html.Split("<code class=\"af-cut\">")[1].Split('<')[0]);
        using var confirmed = await visitor.SubmitFromAsync(html, "/settings/two-factor/confirm", ("code", Totp.Code(secret, Step())));
        var codes = await confirmed.Content.ReadAsStringAsync(Cancelled);

        Assert.Contains("<svg class=\"af-qr\"", html, StringComparison.Ordinal);
        Assert.Equal(10, codes.Split("<li><code>").Length - 1);
        Assert.Contains("10 of 10 recovery codes are left", await visitor.TextAsync("/settings/two-factor"), StringComparison.Ordinal);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static long Step() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;

    private static string NextCode(byte[] secret) => Totp.Code(secret, Step() + 1);

    private static async Task<byte[]> SetUpAsync(Caller caller)
    {
        using var response = await caller.Client.PostAsJsonAsync("/api/user/two-factor/setup", new { password = TestServer.Password }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return FromBase32((await response.JsonAsync()).GetProperty("secret").GetString()!);
    }

    private static async Task<(byte[] Secret, IReadOnlyList<string> Codes)> SwitchOnAsync(Caller caller)
    {
        var secret = await SetUpAsync(caller);
        using var response = await caller.Client.PostAsJsonAsync("/api/user/two-factor/confirm", new { code = Totp.Code(secret, Step()) }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (secret, [.. (await response.JsonAsync()).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    private static Task<HttpResponseMessage> LoginAsync(Caller caller, string? code = null, string? recoveryCode = null) =>
        caller.Client.PostAsJsonAsync(
            "/api/auth/login", new { email = caller.Email, password = TestServer.Password, twoFactorCode = code, recoveryCode }, Cancelled);

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string email, string code) =>
        client.PostAsJsonAsync("/api/auth/login", new { email, password = TestServer.Password, twoFactorCode = code }, Cancelled);

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Where(char.IsLetterOrDigit).Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
