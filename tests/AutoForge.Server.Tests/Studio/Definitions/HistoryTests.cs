using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>The history tab: contract 4.2.</summary>
public sealed class HistoryTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Rollback_ToAnOlderVersion_MakesItTheDraft()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var (designer, first, second) = await TwoVersionsAsync(account);

        var summary = (await designer.PostAsync($"/workflow-definitions/{Designer.IdOf(first)}/revert/1")).Expect(HttpStatusCode.OK);
        var draft = await designer.OpenAsync(Designer.IdOf(first));

        Assert.Equal((3, "First", true), (summary["version"]!.GetValue<int>(), summary["name"]!.GetValue<string>(), summary["isLatest"]!.GetValue<bool>()));
        Assert.Equal(Designer.VersionIdOf(summary), Designer.VersionIdOf(draft));
        Assert.Equal(["hook"], Designer.StepsOf(draft).Select(step => step!["id"]!.GetValue<string>()));
        Assert.Equal(Designer.VersionIdOf(second), Designer.VersionIdOf(await designer.OpenAsync(Designer.IdOf(first), "2")));
    }

    [Fact]
    public async Task View_ADeletedVersion_IsStillThereForItsRuns()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var (designer, first, _) = await TwoVersionsAsync(account);

        Assert.Equal(HttpStatusCode.NoContent, (await designer.DeleteAsync($"/workflow-definition-versions/{first["id"]}")).Status);

        Assert.Equal("First", (await designer.GetAsync($"/workflow-definitions/by-id/{first["id"]}")).Expect(HttpStatusCode.OK)["name"]!.GetValue<string>());
        Assert.Equal(["2"], await VersionsAsync(designer, first));
        (await designer.DeleteAsync($"/workflow-definition-versions/{first["id"]}")).Expect(HttpStatusCode.NotFound);
        (await designer.GetAsync($"/workflow-definitions/by-definition-id/{Designer.IdOf(first)}?versionOptions=1")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_TheLatestVersion_GoesBackToTheOneBeforeAndNeverUsesItsNumberAgain()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var (designer, first, second) = await TwoVersionsAsync(account);

        await designer.DeleteAsync($"/workflow-definition-versions/{second["id"]}");
        var latest = await designer.OpenAsync(Designer.IdOf(first));
        latest["name"] = "Third";
        var third = await designer.SavedAsync(latest);

        Assert.Equal((1, "First"), (first["version"]!.GetValue<int>(), first["name"]!.GetValue<string>()));
        Assert.Equal(Designer.VersionIdOf(first), Designer.VersionIdOf(latest));
        Assert.Equal(3, third["version"]!.GetValue<int>());
        // It was the one that was switched on.
        Assert.Null((await designer.StoredAsync(third))["publishedVersion"]);
    }

    [Fact]
    public async Task Delete_EveryVersion_DeletesTheWorkflow()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var (designer, first, second) = await TwoVersionsAsync(account);
        var url = (await account.PostAsync($"/api/v1/workflows/{Designer.IdOf(first)}/publish")).Expect(HttpStatusCode.OK)["triggers"]![0]!["url"]!.GetValue<string>();

        var deleted = (await designer.PostAsync("/bulk-actions/delete/workflow-definitions/by-id",
            new JsonObject { ["ids"] = new JsonArray(first["id"]!.DeepClone(), second["id"]!.DeepClone(), "nobody's") })).Expect(HttpStatusCode.OK);

        Assert.Equal("""{"deleted":2}""", deleted.ToJsonString());
        Assert.Empty((await designer.ListAsync("versionOptions=Latest"))["items"]!.AsArray());
        (await designer.GetAsync($"/workflow-definitions/by-definition-id/{Designer.IdOf(first)}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await account.PostAsync(url, new JsonObject())).Status);
    }

    private static async Task<(Designer Designer, JsonNode First, JsonNode Second)> TwoVersionsAsync(ApiClient account)
    {
        var designer = new Designer(account);
        var first = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("First", Draw.Webhook())), publish: true);
        var canvas = first.DeepClone();
        canvas["name"] = "Second";
        canvas["root"]!["activities"]!.AsArray().Add(Draw.Activity("say", "Elsa.WriteLine"));
        return (designer, first, await designer.SavedAsync(canvas, publish: true));
    }

    private static async Task<string[]> VersionsAsync(Designer designer, JsonNode definition) =>
        [.. (await designer.ListAsync($"versionOptions=AllVersions&DefinitionIds={Designer.IdOf(definition)}"))["items"]!.AsArray().Select(item => item!["version"]!.ToString())];
}
