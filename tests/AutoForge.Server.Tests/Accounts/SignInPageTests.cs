using System.Net;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>Signing up, in and out with forms.</summary>
public sealed class SignInPageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/reset-password")]
    [InlineData("/reset-password?email=ada%40example.com")]
    [InlineData("/confirm-email")]
    [InlineData("/confirm-email?user=1")]
    public async Task MailedLink_ThatIsCutOff_SaysSoInsteadOfAForm(string path)
    {
        using var visitor = new PageClient(server.Address);

        var page = await visitor.TextAsync(path);

        Assert.Contains("This link is not complete.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignUp_Wrong_TellsBesideTheFieldsAndKeepsTheAddress()
    {
        using var visitor = new PageClient(server.Address);

        using var response = await visitor.SubmitAsync("/sign-up", "/sign-up", ("email", "no\"address"), ("password", "short"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("value=\"no&quot;address\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"email-error\">Enter an e-mail address", html, StringComparison.Ordinal);
        Assert.Contains("id=\"password-error\">Use at least 12 characters.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"short\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignUp_AddressTaken_TellsBesideIt()
    {
        var email = $"{Ids.NewText()}@example.com";
        using var first = await PageClient.SignUpAsync(server.Address, email);
        using var second = new PageClient(server.Address);

        using var response = await second.SubmitAsync("/sign-up", "/sign-up", ("email", email), ("password", TestServer.Password));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("id=\"email-error\">Somebody has registered", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WrongPassword_TellsAndKeepsTheAddressAndTheWay()
    {
        var caller = await server.NewCallerAsync();
        using var visitor = new PageClient(server.Address);

        using var response = await visitor.SubmitAsync("/sign-in?returnUrl=%2Fruns", "/sign-in", ("email", caller.Email), ("password", "wrong"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("The e-mail address or the password is wrong.", html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{caller.Email}\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"returnUrl\" value=\"/runs\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/runs?status=Failed", "/runs?status=Failed")]
    [InlineData("", "/dashboard")]
    [InlineData("https://evil.example/", "/dashboard")]
    [InlineData("//evil.example/", "/dashboard")]
    [InlineData("/\\evil.example/", "/dashboard")]
    [InlineData("/\t/evil.example/", "/dashboard")]
    [InlineData("javascript:alert(1)", "/dashboard")]
    [InlineData("evil", "/dashboard")]
    public async Task SignIn_Right_GoesOnToAPageOfThisServer(string returnUrl, string expected)
    {
        var caller = await server.NewCallerAsync();
        using var visitor = new PageClient(server.Address);

        using var response = await visitor.SubmitAsync(
            "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), "/sign-in", ("email", caller.Email), ("password", TestServer.Password), ("returnUrl", returnUrl));
        using var again = await visitor.GetAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));

        Assert.Equal((HttpStatusCode.Found, expected), (response.StatusCode, response.Headers.Location?.OriginalString));
        Assert.Equal((HttpStatusCode.Found, expected), (again.StatusCode, again.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Page_AsAStranger_LeadsToSignInAndBack()
    {
        using var stranger = new PageClient(server.Address);

        using var response = await stranger.GetAsync("/runs?status=Failed");

        Assert.Equal("/sign-in?returnUrl=%2Fruns%3Fstatus%3DFailed", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var response = await visitor.SubmitAsync("/dashboard", "/sign-out");
        using var after = await visitor.GetAsync("/dashboard");

        Assert.Equal((HttpStatusCode.Found, "/"), (response.StatusCode, response.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.Found, after.StatusCode);
    }
}
