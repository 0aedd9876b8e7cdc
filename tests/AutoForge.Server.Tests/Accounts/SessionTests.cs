using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Server.Accounts.Sessions;

namespace AutoForge.Server.Tests.Accounts;

public sealed class SessionTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_TwoSignIns_ShowsBothAndMarksTheOneThatAsks()
    {
        var caller = await server.NewCallerAsync();
        using var other = await SignInAgainAsync(caller, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");

        var rows = await ListAsync(caller.Client);

        Assert.Equal(2, rows.Count);
        Assert.Equal("Firefox on Linux", rows.Single(row => !row.GetProperty("isCurrent").GetBoolean()).GetProperty("browser").GetString());
        Assert.All(rows, row => Assert.Equal("127.0.0.1", row.GetProperty("ip").GetString()));
    }

    [Fact]
    public async Task End_AnotherSession_EndsItAtOnceOnEveryNode()
    {
        var caller = await server.NewCallerAsync();
        using var other = await SignInAgainAsync(caller);
        using var there = server.NewClient(await server.StartNodeAsync());
        there.DefaultRequestHeaders.Authorization = other.DefaultRequestHeaders.Authorization;
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        var id = (await ListAsync(caller.Client)).Single(row => !row.GetProperty("isCurrent").GetBoolean()).GetProperty("id").GetString();

        using var ended = await caller.Client.DeleteAsync($"/api/user/sessions/{id}", Cancelled);
        using var refused = await there.GetAsync("/api/auth/me", Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Single(await ListAsync(caller.Client));
    }

    [Fact]
    public async Task EndOthers_Always_LeavesTheOneThatAsks()
    {
        var caller = await server.NewCallerAsync();
        using var second = await SignInAgainAsync(caller);
        using var third = await SignInAgainAsync(caller);

        using var ended = await caller.Client.DeleteAsync("/api/user/sessions", Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await third.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        Assert.Single(await ListAsync(caller.Client));
    }

    [Fact]
    public async Task End_ForeignSession_AnswersLikeAnAbsentOneAndLeavesIt()
    {
        var owner = await server.NewCallerAsync();
        var stranger = await server.NewCallerAsync();
        var id = (await ListAsync(owner.Client)).Single().GetProperty("id").GetString();

        using var foreign = await stranger.Client.DeleteAsync($"/api/user/sessions/{id}", Cancelled);
        using var absent = await stranger.Client.DeleteAsync($"/api/user/sessions/{Ids.NewId()}", Cancelled);

        await foreign.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(await absent.Content.ReadAsStringAsync(Cancelled), await foreign.Content.ReadAsStringAsync(Cancelled));
        Assert.Single(await ListAsync(owner.Client));
    }

    [Fact]
    public async Task Page_EndOthers_LeavesOneSession()
    {
        var caller = await server.NewCallerAsync();
        using var visitor = new PageClient(server.Address);
        using var signedIn = await visitor.SubmitAsync("/sign-in", "/sign-in", ("email", caller.Email), ("password", TestServer.Password));

        using var ended = await visitor.SubmitAsync("/settings/sessions", "/settings/sessions/end-others");

        Assert.Equal(HttpStatusCode.Found, ended.StatusCode);
        Assert.DoesNotContain("End all others", await visitor.TextAsync("/settings/sessions"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.Client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("", "Unknown program")]
    public void BrowserName_OfAUserAgent_IsWhatItsOwnerRecognises(string userAgent, string name) => Assert.Equal(name, BrowserName.Of(userAgent));

    private async Task<HttpClient> SignInAgainAsync(Caller caller, string userAgent = "test/1")
    {
        var client = server.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        using var response = await client.PostAsJsonAsync("/api/auth/login", new { email = caller.Email, password = TestServer.Password }, Cancelled);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await response.JsonAsync()).GetProperty("accessToken").GetString());
        return client;
    }

    private static async Task<List<JsonElement>> ListAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/user/sessions", Cancelled)).GetProperty("data").EnumerateArray()];
}
