using System.Net;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.Admin;
using AutoForge.Server.Operations;
using AutoForge.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>security.md, defaults: the first administrator by a one-time token printed at first start.</summary>
public sealed class AdminClaimTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private string _connectionString = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await PostgresServer.CreateDatabaseAsync();
        _node = await StartNodeAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Claim_WithThePrintedAddress_MakesTheUserAdministratorOnce()
    {
        var token = TokenOf(_node);
        using var ada = await PageClient.SignUpAsync(_node.Address);
        using var eve = await PageClient.SignUpAsync(_node.Address);
        using var before = await ada.GetAsync("/admin-only");

        using var claimed = await ada.SubmitAsync($"/admin/claim?token={token}", "/admin/claim");
        using var after = await ada.GetAsync("/admin-only");
        using var second = await eve.GetAsync($"/admin/claim?token={token}");
        using var stranger = await eve.GetAsync("/admin-only");

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(HttpStatusCode.Found, claimed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.DoesNotContain("/admin/claim", Printed(_node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_ByTwoAtOnce_MakesOneAdministrator()
    {
        var token = TokenOf(_node);
        using var ada = await PageClient.SignUpAsync(_node.Address);
        using var eve = await PageClient.SignUpAsync(_node.Address);
        using var adasPage = await ada.GetAsync($"/admin/claim?token={token}");
        using var evesPage = await eve.GetAsync($"/admin/claim?token={token}");

        var answers = await Task.WhenAll(
            ada.SubmitFromAsync(await adasPage.Content.ReadAsStringAsync(Cancelled), "/admin/claim"),
            eve.SubmitFromAsync(await evesPage.Content.ReadAsStringAsync(Cancelled), "/admin/claim"));

        Assert.Equal([HttpStatusCode.Found, HttpStatusCode.NotFound], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task Claim_TokenOfAnEarlierStart_StillWorks_AndWithAnAdministratorNoneIsPrinted()
    {
        var first = TokenOf(_node);
        await using var second = await StartNodeAsync();
        Assert.NotEqual(first, TokenOf(second));
        using var ada = await PageClient.SignUpAsync(second.Address);

        using var claimed = await ada.SubmitAsync($"/admin/claim?token={first}", "/admin/claim");
        await using var third = await StartNodeAsync();

        Assert.Equal(HttpStatusCode.Found, claimed.StatusCode);
        Assert.DoesNotContain("/admin/claim", Printed(third), StringComparison.Ordinal);
        using var late = await ada.GetAsync($"/admin/claim?token={TokenOf(second)}");
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Claim_WithoutTheToken_IsNotThere(string query)
    {
        using var eve = await PageClient.SignUpAsync(_node.Address);

        using var response = await eve.GetAsync("/admin/claim" + query);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Claim_AsAStranger_LeadsThroughSignUpBackToIt()
    {
        using var stranger = new PageClient(_node.Address);
        using var asked = await stranger.GetAsync("/admin/claim?token=t");
        var signIn = asked.Headers.Location!.OriginalString;

        using var page = await stranger.GetAsync(signIn.Replace("/sign-in", "/sign-up", StringComparison.Ordinal));
        using var signedUp = await stranger.SubmitFromAsync(
            await page.Content.ReadAsStringAsync(Cancelled), "/sign-up", ("email", "ada@example.com"), ("password", TestServer.Password));

        Assert.Equal("/admin/claim?token=t", signedUp.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Stored_Token_IsOnlyItsHash()
    {
        await using var data = Npgsql.NpgsqlDataSource.Create(_connectionString);
        await using var command = data.CreateCommand("SELECT encode(hash, 'escape') FROM admin_invitations");

        var stored = (string)(await command.ExecuteScalarAsync(Cancelled))!;

        Assert.DoesNotContain(TokenOf(_node), stored, StringComparison.Ordinal);
    }

    private Task<TestNode> StartNodeAsync() =>
        TestNode.StartAsync(_connectionString, services => { }, app => app.MapGet("/admin-only", () => "secret").ForAdmin());

    private static string TokenOf(TestNode node) => node.App.Services.GetRequiredService<AdminInvitations>().Token!;

    private static string Printed(TestNode node)
    {
        using var output = new StringWriter();
        node.App.Services.GetRequiredService<Greeting>().Print(output, node.App.Urls);
        return output.ToString();
    }
}
