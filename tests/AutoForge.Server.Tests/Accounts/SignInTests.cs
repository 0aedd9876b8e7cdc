using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace AutoForge.Server.Tests.Accounts;

public sealed class SignInTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_RightPassword_GivesTokensAndACookie()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient();

        using var response = await client.PostAsJsonAsync("/api/auth/login", new { email = $" {caller.Email.ToUpperInvariant()} ", password = TestServer.Password }, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = await response.JsonAsync();
        Assert.Equal("Bearer", body.GetProperty("tokenType").GetString());
        Assert.InRange(body.GetProperty("expiresIn").GetInt32(), 60, 3600);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        Assert.Equal(caller.AccountId, (await client.GetFromJsonAsync<Me>("/api/auth/me", Cancelled))!.AccountId);
    }

    [Fact]
    public async Task Login_WrongPasswordAndUnknownAddress_AnswerAlike()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient();

        var (known, knownTime) = await RefusedAsync(client, caller.Email);
        var (unknown, unknownTime) = await RefusedAsync(client, "nobody@example.com");

        Assert.Equal(known, unknown);
        // The hash is nearly all of the time; without it an unknown address answers in a fiftieth.
        Assert.InRange(unknownTime / knownTime, 0.4, 2.5);
    }

    [Fact]
    public async Task Refresh_LiveSession_GivesTokensThatWork()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient();

        using var response = await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = caller.RefreshToken }, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        Assert.Equal(caller.Email, (await client.GetFromJsonAsync<Me>("/api/auth/me", Cancelled))!.Email);
    }

    [Fact]
    public async Task Refresh_WithAnAccessToken_IsRefused()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient();

        using var response = await client.PostAsJsonAsync(
            "/api/auth/refresh", new { refreshToken = caller.Client.DefaultRequestHeaders.Authorization!.Parameter }, Cancelled);
        using var empty = await client.PostAsJsonAsync("/api/auth/refresh", new { }, Cancelled);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        await empty.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
    }

    [Fact]
    public async Task Me_WithARefreshTokenAsAccessToken_IsRefused()
    {
        var caller = await server.NewCallerAsync();
        caller.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", caller.RefreshToken);

        using var response = await caller.Client.GetAsync("/api/auth/me", Cancelled);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Logout_EndsCookieTokenAndRefreshTokenAtOnce()
    {
        var caller = await server.NewCallerAsync();
        using var browser = server.NewClient();
        browser.DefaultRequestHeaders.Add("Cookie", caller.Cookie);
        using var before = await browser.GetAsync("/api/auth/me", Cancelled);

        using var loggedOut = await caller.Client.PostAsync("/api/auth/logout", content: null, Cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (before.StatusCode, loggedOut.StatusCode));
        using var byCookie = await browser.GetAsync("/api/auth/me", Cancelled);
        using var byToken = await caller.Client.GetAsync("/api/auth/me", Cancelled);
        using var refreshed = await caller.Client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = caller.RefreshToken }, Cancelled);
        await byCookie.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await byToken.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await refreshed.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
    }

    [Fact]
    public async Task Logout_OfOneSession_LeavesTheOthers()
    {
        var caller = await server.NewCallerAsync();
        using var other = server.NewClient();
        using var signedIn = await other.PostAsJsonAsync("/api/auth/login", new { email = caller.Email, password = TestServer.Password }, Cancelled);
        var body = await signedIn.JsonAsync();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());

        using var loggedOut = await caller.Client.PostAsync("/api/auth/logout", content: null, Cancelled);

        using var me = await other.GetAsync("/api/auth/me", Cancelled);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    private static async Task<(string Body, double BestMilliseconds)> RefusedAsync(HttpClient client, string email)
    {
        var body = "";
        var best = double.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await client.PostAsJsonAsync("/api/auth/login", new { email, password = "not the password" }, Cancelled);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await response.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
            body = await response.Content.ReadAsStringAsync(Cancelled);
        }
        return (body, best);
    }

    private sealed record Me(Guid UserId, Guid AccountId, string Email);
}
