using System.Net;

namespace AutoForge.Server.Tests.Accounts;

public sealed class CookieTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cookie_OverHttp_IsHttpOnlyAndLax()
    {
        var caller = await server.NewCallerAsync();

        var attributes = caller.SetCookie.Split("; ").Select(part => part.ToLowerInvariant()).ToArray();

        Assert.StartsWith("autoforge=", caller.SetCookie, StringComparison.Ordinal);
        Assert.Contains("httponly", attributes);
        Assert.Contains("samesite=lax", attributes);
        Assert.Contains("path=/", attributes);
        Assert.DoesNotContain("secure", attributes);
    }

    [Fact]
    public async Task Cookie_WithHttpsPublicUrl_IsSecureAndBoundToTheHost()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient(await server.StartNodeAsync("AutoForge:PublicUrl=https://flows.example.com"));

        using var response = await client.PostAsync(
            "/api/auth/login", Json($$"""{"email": "{{caller.Email}}", "password": "{{TestServer.Password}}"}"""), Cancelled);

        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-autoforge=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("max-age=31536000", response.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("none", null)]
    [InlineData("cross-site", "own")]
    public async Task Post_WithCookieFromElsewhere_IsRefused(string? site, string? origin)
    {
        var caller = await server.NewCallerAsync();

        using var response = await PostWithCookieAsync(caller, site, origin);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "cross_origin");
    }

    [Theory]
    [InlineData("same-origin", null)]
    [InlineData(null, "own")]
    public async Task Post_WithCookieFromOwnPage_Works(string? site, string? origin)
    {
        var caller = await server.NewCallerAsync();

        using var response = await PostWithCookieAsync(caller, site, origin);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Post_WithTokenFromElsewhere_Works()
    {
        var caller = await server.NewCallerAsync();
        caller.Client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        // A header says who is calling; the cookie that comes along counts for nothing.
        caller.Client.DefaultRequestHeaders.Add("Cookie", caller.Cookie);

        using var response = await caller.Client.PostAsync("/api/user/api-keys", Json("""{"name": "n"}"""), Cancelled);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Get_WithCookieAndUpgradeFromElsewhere_IsRefused()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/me");
        request.Headers.Add("Cookie", caller.Cookie);
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");

        using var response = await client.SendAsync(request, Cancelled);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "cross_origin");
    }

    private async Task<HttpResponseMessage> PostWithCookieAsync(Caller caller, string? site, string? origin)
    {
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/user/api-keys") { Content = Json("""{"name": "n"}""") };
        request.Headers.Add("Cookie", caller.Cookie);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        if (origin is not null)
            request.Headers.Add("Origin", origin == "own" ? server.Address.GetLeftPart(UriPartial.Authority) : origin);
        return await client.SendAsync(request, Cancelled);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
