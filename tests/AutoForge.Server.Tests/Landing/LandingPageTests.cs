using System.Net;

namespace AutoForge.Server.Tests.Landing;

public sealed class LandingPageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ForAStranger_LeadsToSignUp()
    {
        using var stranger = new PageClient(server.Address);

        var text = await stranger.TextAsync("/");

        Assert.Contains("href=\"/sign-up\"", text, StringComparison.Ordinal);
        Assert.Contains("href=\"/openapi/v1.json\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Pricing_IsThePriceListOfTheSteps()
    {
        using var stranger = new PageClient(server.Address);

        var text = await stranger.TextAsync("/");

        Assert.Contains("<dt>Send e-mail</dt><dd>$0.02</dd>", text, StringComparison.Ordinal);
        Assert.Contains("$0.05 – $0.50", text, StringComparison.Ordinal);
        Assert.Contains("$29", text, StringComparison.Ordinal);
        Assert.Contains("$99", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Plans_AreThoseOfTheTable()
    {
        using var stranger = new PageClient(server.Address);
        await RenameAsync("Enterprise", "Works & Co", 12_345);
        try
        {
            var text = await stranger.TextAsync("/");

            Assert.Contains(">Works & Co</h3>", text, StringComparison.Ordinal);
            Assert.Contains("$123.45", text, StringComparison.Ordinal);
            Assert.Contains("Start with Works & Co", text, StringComparison.Ordinal);
            Assert.Contains("200 workflows switched on", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Enterprise", text, StringComparison.Ordinal);
        }
        finally
        {
            await RenameAsync("Works & Co", "Enterprise", 9900);
        }

        async Task RenameAsync(string from, string to, int cents)
        {
            await using var command = server.Database.DataSource.CreateCommand("UPDATE plans SET name = @to, price_cents = @cents WHERE name = @from");
            command.Parameters.AddWithValue("from", from);
            command.Parameters.AddWithValue("to", to);
            command.Parameters.AddWithValue("cents", cents);
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancelled));
        }
    }

    [Theory]
    [InlineData("/terms")]
    [InlineData("/privacy")]
    public async Task LegalPage_ForAStranger_SaysThatTheOperatorMustAdaptIt(string path)
    {
        using var stranger = new PageClient(server.Address);

        Assert.Contains("This is a template.", await stranger.TextAsync(path), StringComparison.Ordinal);
        Assert.Contains($"href=\"{path}\"", await stranger.TextAsync("/sign-up"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ForSomebodySignedIn_IsTheDashboard()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var response = await visitor.GetAsync("/");

        Assert.Equal((HttpStatusCode.Found, "/dashboard"), (response.StatusCode, response.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/health")]
    [InlineData("/api/auth/me")]
    [InlineData("/nothing")]
    [InlineData("/assets/site.css")]
    [InlineData("/workflows/definitions")]
    public async Task Answer_Always_CarriesTheSecurityHeaders(string path)
    {
        using var client = server.NewClient();

        using var response = await client.GetAsync(path, Cancelled);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }
}
