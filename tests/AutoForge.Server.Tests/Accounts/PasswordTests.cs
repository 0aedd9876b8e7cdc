using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>security.md, sign-in: passwords that are lost or changed, with mail that really arrives.</summary>
public sealed partial class PasswordTests(MailedServer mailed) : IClassFixture<MailedServer>, IAsyncLifetime
{
    private const string NewPassword = "another donkey battery";

    private readonly TestServer _server = mailed.Server;
    private readonly MailServer _mail = mailed.Mail;
    private Uri _node = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _node = (await mailed.NodeAsync("AutoForge:PublicUrl=http://flows.example.com", "AutoForge:Accounts:RequireConfirmedEmail=false")).Address;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Reset_WithTheLinkOfTheMail_WorksOnceAndEndsAllSessions()
    {
        var caller = await _server.NewCallerAsync();
        using var client = _server.NewClient(_node);
        var token = await AskForTokenAsync(client, caller.Email, evilHost: "evil.example");

        using var reset = await ResetAsync(client, caller.Email, token);
        using var again = await ResetAsync(client, caller.Email, token, "yet another donkey battery");

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await again.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.Client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(client, caller.Email, TestServer.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(client, caller.Email, NewPassword)).StatusCode);
    }

    [Fact]
    public async Task Reset_TwentyTimesAtOnce_WorksOnce()
    {
        var caller = await _server.NewCallerAsync();
        using var client = _server.NewClient(_node);
        var token = await AskForTokenAsync(client, caller.Email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ResetAsync(client, caller.Email, token, $"{NewPassword} {i}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Reset_TokenOfAnotherUser_IsRefused()
    {
        var (ada, eve) = (await _server.NewCallerAsync(), await _server.NewCallerAsync());
        using var client = _server.NewClient(_node);
        var token = await AskForTokenAsync(client, eve.Email);

        using var response = await ResetAsync(client, ada.Email, token);
        using var unknown = await ResetAsync(client, "nobody@example.com", token);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
        Assert.Equal(await unknown.Content.ReadAsStringAsync(Cancelled), await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task Reset_OldToken_IsRefused()
    {
        var caller = await _server.NewCallerAsync();
        // Every token is older than that by the time it is used.
        var node = await _server.StartNodeAsync(app => app.Services.GetRequiredService<IOptions<DataProtectionTokenProviderOptions>>().Value.TokenLifespan = TimeSpan.FromTicks(-1));
        using var client = _server.NewClient(node.Address);
        string token;
        using (var scope = node.App.Services.CreateScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Server.Accounts.User>>();
            token = await users.GeneratePasswordResetTokenAsync((await users.FindByEmailAsync(caller.Email))!);
        }

        using var response = await ResetAsync(client, caller.Email, token);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
        Assert.InRange(PasswordReset.Lifetime, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task Forgot_KnownAndUnknownAddress_AnswerAlikeAndOnlyOneGetsMail()
    {
        var caller = await _server.NewCallerAsync();
        using var client = _server.NewClient(_node);

        using var unknown = await client.PostAsJsonAsync("/api/auth/forgot-password", new { email = "nobody@example.com" }, Cancelled);
        await AskForTokenAsync(client, caller.Email);

        Assert.Equal(HttpStatusCode.NoContent, unknown.StatusCode);
        Assert.DoesNotContain(await _mail.ReadAsync(), mail => mail["to"]![0]!["address"]!.GetValue<string>() == "nobody@example.com");
    }

    [Fact]
    public async Task Forgot_SixthTimeInAnHour_IsRefusedWhetherTheAddressIsKnownOrNot()
    {
        var caller = await _server.NewCallerAsync();
        using var client = _server.NewClient(await _server.StartNodeAsync("AutoForge:RateLimits:Enabled=true"));

        foreach (var email in new[] { caller.Email, "nobody@example.com" })
        {
            for (var i = 0; i < 5; i++)
                Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsJsonAsync("/api/auth/forgot-password", new { email }, Cancelled)).StatusCode);
            using var sixth = await client.PostAsJsonAsync("/api/auth/forgot-password", new { email }, Cancelled);
            await sixth.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        }
    }

    [Fact]
    public async Task Change_RightPassword_EndsAllOtherSessionsAndTellsByMail()
    {
        var caller = await _server.NewCallerAsync();
        using var other = _server.NewClient(_node);
        using var signedIn = await LoginAsync(other, caller.Email, TestServer.Password);
        var tokens = await signedIn.JsonAsync();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());

        using var changed = await other.PutAsJsonAsync("/api/user/password", new { currentPassword = TestServer.Password, newPassword = NewPassword }, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.Client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        using var refreshed = await other.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = caller.RefreshToken }, Cancelled);
        await refreshed.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        Assert.Equal("Your password was changed", (await NextMailAsync(caller.Email))["subject"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("not the password", NewPassword, "currentPassword")]
    [InlineData(TestServer.Password, "short", "newPassword")]
    [InlineData(null, null, "currentPassword")]
    public async Task Change_SomethingWrong_IsNamedAndNothingChanges(string? currentPassword, string? newPassword, string field)
    {
        var caller = await _server.NewCallerAsync();

        using var response = await caller.Client.PutAsJsonAsync("/api/user/password", new { currentPassword, newPassword }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(caller.Client, caller.Email, TestServer.Password)).StatusCode);
    }

    [Fact]
    public async Task Pages_FromForgottenToSet_LeadBackIn()
    {
        var caller = await _server.NewCallerAsync();
        using var visitor = new PageClient(_node);

        using var asked = await visitor.SubmitAsync("/forgot-password", "/forgot-password", ("email", caller.Email));
        var link = new Uri(Link().Match((await NextMailAsync(caller.Email))["text"]!.GetValue<string>()).Value);
        using var set = await visitor.SubmitAsync(link.PathAndQuery, "/reset-password", ("newPassword", NewPassword));

        Assert.Contains("a mail with a link is on its way", await asked.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Contains("The password is set", await set.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(caller.Client, caller.Email, NewPassword)).StatusCode);
    }

    private async Task<string> AskForTokenAsync(HttpClient client, string email, string? evilHost = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/forgot-password") { Content = JsonContent.Create(new { email }) };
        // security.md: the host of links comes from configuration.
        if (evilHost is not null)
            request.Headers.Host = evilHost;
        using var response = await client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);

        var link = new Uri(Link().Match((await NextMailAsync(email))["text"]!.GetValue<string>()).Value);
        Assert.Equal("flows.example.com", link.Host);
        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link.Query)["token"].ToString();
    }

    // The mail is sent behind the answer's back; the mail server is asked until it is there.
    private async Task<System.Text.Json.Nodes.JsonNode> NextMailAsync(string email)
    {
        while (true)
        {
            var mail = (await _mail.ReadAsync()).LastOrDefault(mail => mail["to"]![0]!["address"]!.GetValue<string>() == email);
            if (mail is not null)
                return mail;
            Cancelled.ThrowIfCancellationRequested();
        }
    }

    private static Task<HttpResponseMessage> ResetAsync(HttpClient client, string email, string token, string newPassword = NewPassword) =>
        client.PostAsJsonAsync("/api/auth/reset-password", new { email, token, newPassword }, Cancelled);

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string email, string password) =>
        client.PostAsJsonAsync("/api/auth/login", new { email, password }, Cancelled);

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Link();
}
