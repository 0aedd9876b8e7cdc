using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AutoForge.Server.Tests.Accounts;

public sealed class ProfileTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_PartOfIt_ChangesThatAndLeavesTheRest()
    {
        var caller = await server.NewCallerAsync();

        using var named = await caller.Client.PutAsJsonAsync("/api/user/profile", new { name = " Ada Lovelace ", timeZone = "Europe/Berlin" }, Cancelled);
        using var spoken = await caller.Client.PutAsJsonAsync("/api/user/profile", new { language = "pt-BR" }, Cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (named.StatusCode, spoken.StatusCode));
        var profile = await caller.Client.GetFromJsonAsync<JsonElement>("/api/user/profile", Cancelled);
        Assert.Equal("Ada Lovelace", profile.GetProperty("name").GetString());
        Assert.Equal("Europe/Berlin", profile.GetProperty("timeZone").GetString());
        Assert.Equal("pt-BR", profile.GetProperty("language").GetString());
        Assert.Equal(caller.Email, profile.GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.OK, (await caller.Client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Put_EverythingWrong_NamesItAllAtOnce()
    {
        var caller = await server.NewCallerAsync();

        using var response = await caller.Client.PutAsJsonAsync("/api/user/profile", new { name = "a\nb", timeZone = "Mars/Olympus", language = "english" }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(["name", "timeZone", "language"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Page_Stored_ShowsItAgain()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var stored = await visitor.SubmitAsync("/settings/profile", "/settings/profile", ("name", "Ada"), ("timeZone", "Asia/Tokyo"), ("language", "de"));

        Assert.Equal(HttpStatusCode.Found, stored.StatusCode);
        var html = await visitor.TextAsync(stored.Headers.Location!.OriginalString);
        Assert.Contains("value=\"Ada\"", html, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Asia/Tokyo\" selected>", html, StringComparison.Ordinal);
        Assert.Contains("<option value=\"de\" selected>", html, StringComparison.Ordinal);
    }
}
