using System.Net;
using System.Text.RegularExpressions;

namespace AutoForge.Server.Tests.Layout;

public sealed partial class StartPageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ShowsTheCommandForThePublicAddress()
    {
        using var client = server.NewClient(await server.StartNodeAsync("AutoForge:PublicUrl=https://flows.example.com/"));

        var html = WebUtility.HtmlDecode(await client.GetStringAsync("/", Cancelled));

        Assert.Contains("curl -X POST https://flows.example.com/api/auth/register", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/openapi/v1.json\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AllowsOnlyItsOwnStyle()
    {
        using var client = server.NewClient();

        using var first = await client.GetAsync("/", Cancelled);
        using var second = await client.GetAsync("/", Cancelled);

        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        Assert.NotEqual(policy, second.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await first.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains($"<style nonce=\"{Nonce().Match(policy).Groups[1].Value}\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/health")]
    [InlineData("/api/auth/me")]
    [InlineData("/nothing")]
    public async Task Answer_Always_CarriesTheSecurityHeaders(string path)
    {
        using var client = server.NewClient();

        using var response = await client.GetAsync(path, Cancelled);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [GeneratedRegex("'nonce-([0-9a-f]{32})'")]
    private static partial Regex Nonce();
}
