using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Secrets;

/// <summary>Pickers of connections: contract 4.4 and trap 8.</summary>
public sealed class SecretTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Pick_ByType_OffersThoseOfTheAccount()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var other = await ApiClient.RegisterAsync(server.Address);
        await CreateAsync(account, "Bot", "telegram", "1:a");
        await CreateAsync(account, "Key", "secret", "k");
        await CreateAsync(other, "Foreign bot", "telegram", "1:b");

        var bots = await PickAsync(account, "telegram");

        var bot = Assert.Single(bots["items"]!.AsArray())!;
        Assert.Equal(("Bot", "Telegram bot", "telegram", "Active"), (
            bot["name"]!.GetValue<string>(), bot["displayName"]!.GetValue<string>(), bot["typeName"]!.GetValue<string>(), bot["status"]!.GetValue<string>()));
        Assert.True(bots["canCreateInline"]!.GetValue<bool>());
        Assert.Equal(2, (await PickAsync(account))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Descriptors_NameEveryTypeThatActivitiesAskFor()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);

        var descriptors = (await designer.GetAsync("/secrets/descriptors")).Expect(HttpStatusCode.OK);
        var toolbox = (await designer.GetAsync("/descriptors/activities")).Expect(HttpStatusCode.OK);

        var asked = toolbox["items"]!.AsArray().SelectMany(activity => activity!["inputs"]!.AsArray())
            .Select(input => input!["uiSpecifications"]?["secret-picker"]?["typeNames"]?[0]?.GetValue<string>()).OfType<string>().Distinct();
        Assert.Equal(["http", "secret", "smtp", "telegram"], asked.Order());
        Assert.Equal(["http", "secret", "smtp", "telegram"], descriptors["types"]!.AsArray().Select(type => type!["name"]!.GetValue<string>()).Order());
        Assert.All(descriptors["types"]!.AsArray(), type => Assert.Equal("encrypted", type!["supportedStoreNames"]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task Create_MailServerFromOneLine_IsAConnection()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        var secret = await CreateAsync(account, "Shop mail", "smtp", "smtp://me%40example.com:pa%3Ass%40@mail.example.com:2525?from=shop@example.com");
        await CreateAsync(account, "Plain", "smtp", "smtps://shop%40example.com:secret@mail.example.com");

        Assert.DoesNotContain("pa:ss", secret.ToJsonString(), StringComparison.Ordinal);
        var connections = (await account.GetAsync("/api/v1/connections")).Expect(HttpStatusCode.OK)["data"]!.AsArray();
        Assert.Equal("""{"host":"mail.example.com","port":465,"security":"tls","username":"shop@example.com","from":"shop@example.com"}""", connections[0]!["settings"]!.ToJsonString());
        Assert.Equal("""{"host":"mail.example.com","port":2525,"security":"starttls","username":"me@example.com","from":"shop@example.com"}""", connections[1]!["settings"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Mail", "smtp", "mail.example.com", "Write the mail server as smtp://")]
    [InlineData("Mail", "smtp", "smtp://mail.example.com", "The field from is missing.")]
    [InlineData("", "telegram", "1:a", "The name must have 1 to 100 characters.")]
    [InlineData("Bot", "telegram", " ", "The field token is missing.")]
    [InlineData("Bot", "pigeon", "x", "The type must be one of")]
    public async Task Create_Incomplete_IsRefusedWithWordsThatHelp(string name, string type, string value, string words)
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        var answer = await account.PostAsync("/elsa/api/secrets", Request(name, type, value));

        Assert.StartsWith(words, Assert.Single(Designer.Refusals(answer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_NameThatIsTaken_IsRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        await CreateAsync(account, "Bot", "telegram", "1:a");

        Assert.Contains("already has this name", Assert.Single(Designer.Refusals(await account.PostAsync("/elsa/api/secrets", Request("Bot", "telegram", "1:b")))), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> CreateAsync(ApiClient account, string name, string type, string value) =>
        (await account.PostAsync("/elsa/api/secrets", Request(name, type, value))).Expect(HttpStatusCode.OK);

    private static async Task<JsonNode> PickAsync(ApiClient account, params string[] types) => (await account.PostAsync("/elsa/api/secrets/picker", new JsonObject
    {
        ["search"] = null,
        ["typeNames"] = new JsonArray([.. types.Select(type => (JsonNode)type)]),
        ["storeNames"] = new JsonArray(),
        ["scope"] = null,
        ["activeOnly"] = true,
    })).Expect(HttpStatusCode.OK);

    private static JsonObject Request(string name, string type, string value) => new()
    {
        ["name"] = name,
        ["displayName"] = null,
        ["description"] = null,
        ["typeName"] = type,
        ["storeName"] = "encrypted",
        ["value"] = value,
        ["metadata"] = new JsonObject(),
    };
}
