using System.Net;
using AutoForge.Engine.Connections;
using AutoForge.Server.Connections;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Connections;

public sealed class ConnectionPageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Forms_HaveTheFieldsOfTheirTypes()
    {
        Assert.Equal(ConnectionType.All.Select(type => type.Name).Order(), ConnectionKind.All.Select(kind => kind.Type).Order());
        foreach (var kind in ConnectionKind.All)
        {
            var type = ConnectionType.Find(kind.Type);
            Assert.Equal(type.Settings.Order(), kind.Fields.Where(field => !field.IsSecret).Select(field => field.Name).Order());
            Assert.Equal(type.Secrets.Order(), kind.Fields.Where(field => field.IsSecret).Select(field => field.Name).Order());
        }
    }

    [Fact]
    public async Task Add_Test_Delete_Works()
    {
        using var browser = await PageClient.SignUpAsync(server.Address);

        using var added = await browser.SubmitAsync("/connections/new/secret", "/connections/new/secret", ("name", "Signing <key>"), ("value", "canary-4711"));
        var list = await browser.TextAsync("/connections");
        var id = list[(list.IndexOf("id=\"c-", StringComparison.Ordinal) + 6)..][..36];
        using var tested = await browser.SubmitAsync("/connections", $"/connections/{id}/test#c-{id}");
        using var deleted = await browser.SubmitAsync("/connections", $"/connections/{id}/delete");

        Assert.Equal("/connections", added.Headers.Location?.OriginalString);
        Assert.Contains("Signing <key>", list, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", list, StringComparison.Ordinal);
        Assert.Contains("The secret is stored and can be read.", await tested.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("/connections", deleted.Headers.Location?.OriginalString);
        Assert.DoesNotContain("Signing", await browser.TextAsync("/connections"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port", "many", "port-error\">The setting port must be a number")]
    [InlineData("from", "", "from-error\">The field from is missing.")]
    [InlineData("name", "", "name-error\">The name must have")]
    public async Task Add_OneFieldWrong_TellsBesideItAndKeepsTheOthersButSecrets(string field, string value, string expected)
    {
        using var browser = await PageClient.SignUpAsync(server.Address);

        using var response = await browser.SubmitAsync("/connections/new/smtp", "/connections/new/smtp",
            [.. new Dictionary<string, string> { ["name"] = "Mail", ["host"] = "smtp.example.com", ["from"] = "a@example.com", ["username"] = "ada", ["password"] = "canary-4711", [field] = value }
                .Select(typed => (typed.Key, typed.Value))]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains(expected, html, StringComparison.Ordinal);
        Assert.Contains("value=\"smtp.example.com\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_WithoutTheSecret_KeepsItAndChangesTheRest()
    {
        using var browser = await PageClient.SignUpAsync(server.Address);
        using var added = await browser.SubmitAsync("/connections/new/telegram", "/connections/new/telegram", ("name", "Bot"), ("token", "1:canary-4711"));
        var address = await FirstAsync(browser);
        var form = await browser.TextAsync(address);

        using var changed = await browser.SubmitAsync(address, address, ("name", "Shop bot"), ("token", ""), ("baseUrl", "https://bots.example.com"));

        Assert.DoesNotContain("canary", form, StringComparison.Ordinal);
        Assert.Contains("Stored. Leave it empty to keep it.", form, StringComparison.Ordinal);
        Assert.Equal("/connections", changed.Headers.Location?.OriginalString);
        var again = await browser.TextAsync(address);
        Assert.Contains("value=\"Shop bot\"", again, StringComparison.Ordinal);
        // A bot without a token cannot be stored, so the token is still there.
        Assert.Contains("value=\"https://bots.example.com\"", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OneFieldWrong_TellsBesideItAndChangesNothing()
    {
        using var browser = await PageClient.SignUpAsync(server.Address);
        using var added = await browser.SubmitAsync("/connections/new/smtp", "/connections/new/smtp", ("name", "Mail"), ("host", "smtp.example.com"), ("from", "a@example.com"));
        var address = await FirstAsync(browser);

        using var refused = await browser.SubmitAsync(address, address, ("name", "Post"), ("host", "smtp.example.com"), ("from", "a@example.com"), ("port", "many"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var html = await refused.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("port-error\">The setting port must be a number", html, StringComparison.Ordinal);
        Assert.Contains($"action=\"{address}\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"Mail\"", await browser.TextAsync(address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NameTaken_TellsBesideIt()
    {
        using var browser = await PageClient.SignUpAsync(server.Address);
        using var first = await browser.SubmitAsync("/connections/new/secret", "/connections/new/secret", ("name", "Key"), ("value", "v"));

        using var second = await browser.SubmitAsync("/connections/new/secret", "/connections/new/secret", ("name", "Key"), ("value", "v"));

        Assert.Contains("id=\"name-error\"", await second.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAServerThatIsNotThere_TellsWhy()
    {
        using var browser = await PageClient.SignUpAsync(server.Address);
        using var added = await browser.SubmitAsync("/connections/new/smtp", "/connections/new/smtp",
            ("name", "Mail"), ("host", "127.0.0.1"), ("port", $"{FreePort.Next()}"), ("from", "a@example.com"), ("security", "none"));
        var list = await browser.TextAsync("/connections");
        var id = list[(list.IndexOf("id=\"c-", StringComparison.Ordinal) + 6)..][..36];

        using var tested = await browser.SubmitAsync("/connections", $"/connections/{id}/test#c-{id}");

        Assert.Contains("Does not work: ", await tested.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static async Task<string> FirstAsync(PageClient browser)
    {
        var list = await browser.TextAsync("/connections");
        return "/connections/" + list[(list.IndexOf("id=\"c-", StringComparison.Ordinal) + 6)..][..36];
    }
}
