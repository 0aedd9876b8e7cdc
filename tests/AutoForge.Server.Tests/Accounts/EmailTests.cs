using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoForge.Server.Accounts;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>Confirming and changing the e-mail address, with mail that really arrives.</summary>
public sealed partial class EmailTests(MailedServer mailed) : IClassFixture<MailedServer>, IAsyncLifetime
{
    private readonly TestServer _server = mailed.Server;
    private readonly MailServer _mail = mailed.Mail;
    private TestNode _node = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await mailed.NodeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task SignUp_WithAMailServer_AsksOnEveryPageUntilTheLinkIsConfirmed()
    {
        var email = $"{Ids.NewText()}@example.com";
        using var visitor = await PageClient.SignUpAsync(_node.Address, email);
        var before = await visitor.TextAsync("/dashboard");
        var link = await LinkAsync(email);

        // Programs that look at links follow them; only the button confirms.
        using var looked = await visitor.GetAsync(link.PathAndQuery);
        var stillAsks = await visitor.TextAsync("/runs");
        using var confirmed = await visitor.SubmitAsync(link.PathAndQuery, "/confirm-email");

        Assert.Contains("Please confirm your e-mail address", before, StringComparison.Ordinal);
        Assert.Contains("Please confirm your e-mail address", stillAsks, StringComparison.Ordinal);
        Assert.Contains("the address is confirmed", await confirmed.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain("Please confirm", await visitor.TextAsync("/dashboard"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignUp_WithoutAMailServer_AsksForNothing()
    {
        using var visitor = await PageClient.SignUpAsync(_server.Address);

        Assert.DoesNotContain("Please confirm", await visitor.TextAsync("/dashboard"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contacts_NotConfirmed_AreWrittenToOnlyWhereNobodyAsks()
    {
        var caller = await _server.NewCallerAsync();

        Assert.Equal(caller.Email, Assert.Single(await ContactsAsync(_server.Services)).Email);
        Assert.Empty(await ContactsAsync(_node.App.Services));

        Task<IReadOnlyList<AccountContact>> ContactsAsync(IServiceProvider services) =>
            services.GetRequiredService<AccountContacts>().ListAsync(caller.AccountId, Cancelled);
    }

    [Fact]
    public async Task Confirm_TokenOfAnotherUser_IsRefused()
    {
        var (adas, eves) = ($"{Ids.NewText()}@example.com", $"{Ids.NewText()}@example.com");
        using var ada = await PageClient.SignUpAsync(_node.Address, adas);
        using var eve = await PageClient.SignUpAsync(_node.Address, eves);
        var user = QueryHelpers.ParseQuery((await LinkAsync(adas)).Query)["user"].ToString();
        var token = QueryHelpers.ParseQuery((await LinkAsync(eves)).Query)["token"].ToString();
        using var client = _server.NewClient(_node.Address);

        using var response = await client.PostAsJsonAsync("/api/auth/confirm-email", new { user, token }, Cancelled);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
    }

    [Fact]
    public async Task Change_ConfirmedAtTheNewAddress_MovesTheSignInAndTellsTheOldOne()
    {
        var caller = await _server.NewCallerAsync();
        var newEmail = $"{Ids.NewText()}@example.com";
        using var client = Authorized(caller);

        using var asked = await client.PostAsJsonAsync("/api/user/email", new { newEmail, password = TestServer.Password }, Cancelled);
        using var stillOld = await LoginAsync(client, caller.Email);
        var query = QueryHelpers.ParseQuery((await LinkAsync(newEmail)).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        using var confirmed = await client.PostAsJsonAsync("/api/auth/confirm-email", query, Cancelled);
        using var again = await client.PostAsJsonAsync("/api/auth/confirm-email", query, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, stillOld.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, confirmed.StatusCode);
        await again.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
        Assert.Equal(HttpStatusCode.Unauthorized, (await LoginAsync(client, caller.Email)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(client, newEmail)).StatusCode);
        Assert.Contains(newEmail, (await NextMailAsync(caller.Email))["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Change_LinkForAnotherAddressThanTheTokens_IsRefused()
    {
        var caller = await _server.NewCallerAsync();
        var newEmail = $"{Ids.NewText()}@example.com";
        using var client = Authorized(caller);
        using var asked = await client.PostAsJsonAsync("/api/user/email", new { newEmail, password = TestServer.Password }, Cancelled);
        var query = QueryHelpers.ParseQuery((await LinkAsync(newEmail)).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        query["email"] = $"{Ids.NewText()}@example.com";

        using var confirmed = await client.PostAsJsonAsync("/api/auth/confirm-email", query, Cancelled);

        await confirmed.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_link");
        Assert.Equal(HttpStatusCode.OK, (await LoginAsync(client, caller.Email)).StatusCode);
    }

    [Fact]
    public async Task Change_TakenAddress_AnswersAsEverAndSendsNothing()
    {
        var (caller, other) = (await _server.NewCallerAsync(), await _server.NewCallerAsync());
        using var client = Authorized(caller);

        using var asked = await client.PostAsJsonAsync("/api/user/email", new { newEmail = other.Email, password = TestServer.Password }, Cancelled);
        // Mail leaves in order: once this one is there, the other one would be.
        using var last = await client.PostAsJsonAsync("/api/user/email", new { newEmail = $"last-{caller.Email}", password = TestServer.Password }, Cancelled);
        await NextMailAsync($"last-{caller.Email}");

        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.DoesNotContain(await _mail.ReadAsync(), mail => mail["to"]![0]!["address"]!.GetValue<string>() == other.Email);
    }

    [Theory]
    [InlineData("new@example.com", "not the password", "password")]
    [InlineData("no address", TestServer.Password, "newEmail")]
    public async Task Change_SomethingWrong_IsNamed(string newEmail, string password, string field)
    {
        var caller = await _server.NewCallerAsync();

        using var response = await caller.Client.PostAsJsonAsync("/api/user/email", new { newEmail, password }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    private HttpClient Authorized(Caller caller)
    {
        var client = _server.NewClient(_node.Address);
        client.DefaultRequestHeaders.Authorization = caller.Client.DefaultRequestHeaders.Authorization;
        return client;
    }

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string email) =>
        client.PostAsJsonAsync("/api/auth/login", new { email, password = TestServer.Password }, Cancelled);

    private async Task<Uri> LinkAsync(string email) => new(Link().Match((await NextMailAsync(email))["text"]!.GetValue<string>()).Value);

    // The mail is sent behind the answer's back; the mail server is asked until it is there.
    private async Task<JsonNode> NextMailAsync(string email)
    {
        while (true)
        {
            var mail = (await _mail.ReadAsync()).LastOrDefault(mail => mail["to"]![0]!["address"]!.GetValue<string>() == email);
            if (mail is not null)
                return mail;
            Cancelled.ThrowIfCancellationRequested();
        }
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Link();
}
