using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>Files: contract 4.2 and trap 9.</summary>
public sealed class TransferTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_OfAVersion_IsAFileThatImportTakes()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var other = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.ImportedAsync(Draw.Chain("Ärger & \"Co\"", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine", ("text", Draw.Template("{{ trigger.body }}")))));

        using var response = await account.Http.GetAsync($"/elsa/api/workflow-definitions/{canvas["definitionId"]}/export?versionOptions=Latest&includeConsumingWorkflows=False", Cancelled);
        var file = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        var imported = (await new Designer(other).PostAsync("/workflow-definitions/import", file.DeepClone())).Expect(HttpStatusCode.OK);

        Assert.Equal("rger-co-v1.json", response.Content.Headers.ContentDisposition!.FileName);
        // Studio's own test of a file.
        Assert.StartsWith("https://elsaworkflows.io/schemas/workflow-definition", file["$schema"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach (var name in new[] { "definitionId", "id", "root", "name" })
            Assert.NotNull(file[name]);
        // As it is stored, not as the canvas needs it.
        Assert.Equal("Template", Designer.Step(file, "say")["text"]!["expression"]!["type"]!.GetValue<string>());
        Assert.Equal(Designer.IdOf(canvas), Designer.IdOf(imported));
        Assert.NotEqual(Designer.VersionIdOf(canvas), Designer.VersionIdOf(imported));
        Assert.True(JsonNode.DeepEquals(file["root"], (await new Designer(other).StoredAsync(imported))["root"]));
    }

    [Fact]
    public async Task Import_OverAWorkflow_IsItsDraft()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var published = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        var file = Draw.Chain("From a file", Draw.Webhook("another"));
        file["definitionId"] = published["definitionId"]!.DeepClone();
        file["id"] = "of-the-file";
        file["isPublished"] = true;

        var imported = (await designer.PostAsync("/workflow-definitions/import", file)).Expect(HttpStatusCode.OK);

        Assert.Equal((2, "From a file", false), (imported["version"]!.GetValue<int>(), imported["name"]!.GetValue<string>(), imported["isPublished"]!.GetValue<bool>()));
        Assert.Equal("Orders", (await designer.OpenAsync(Designer.IdOf(published), "Published"))["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Import_OfWhatIsNoWorkflow_IsRefusedReadably()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);

        Assert.NotEmpty(Designer.Refusals(await designer.PostAsync("/workflow-definitions/import", new JsonObject { ["name"] = "No root" })));
        Assert.NotEmpty(Designer.Refusals(await designer.PostAsync("/workflow-definitions/import", Draw.Chain(" ", Draw.Webhook()))));
    }

    [Fact]
    public async Task BulkExport_OfSeveral_IsAZipWithOneFileEach()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var one = await designer.CreateAsync("Same name");
        var two = await designer.CreateAsync("Same name");

        using var response = await account.Http.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-definitions",
            new JsonObject { ["ids"] = new JsonArray(one["id"]!.DeepClone(), two["id"]!.DeepClone(), "nobody's"), ["includeConsumingWorkflows"] = false }, Cancelled);
        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(Cancelled));

        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, zip.Entries.Select(entry => entry.FullName).Distinct().Count());
        Assert.All(zip.Entries, entry => Assert.EndsWith("same-name-v1.json", entry.FullName, StringComparison.Ordinal));
    }

    // Trap 9: a file names credentials and never holds them.
    [Fact]
    public async Task Export_WithAConnection_HoldsItsNameOnly()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        (await designer.PostAsync("/secrets", new JsonObject { ["name"] = "Bot", ["typeName"] = "telegram", ["value"] = "12345:canary-token" })).Expect(HttpStatusCode.OK);
        var canvas = await designer.ImportedAsync(Draw.Chain("Chat", Draw.Webhook(), Draw.Activity("chat", "AutoForge.TelegramMessage", ("connection", Draw.Literal("Bot")))));

        var file = await account.Http.GetStringAsync($"/elsa/api/workflow-definitions/{canvas["definitionId"]}/export", Cancelled);

        Assert.Contains("Bot", file, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", file, StringComparison.Ordinal);
    }
}
