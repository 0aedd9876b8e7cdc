using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>Saving: contract 4.2, 5.3 and the traps of 7.</summary>
public sealed class DraftTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Create_FromTheDialog_AnswersEverythingThatTheCanvasNeeds()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);

        var created = await designer.CreateAsync("Order alert");

        Assert.Equal(("Order alert", 1, true, false), (
            created["name"]!.GetValue<string>(), created["version"]!.GetValue<int>(), created["isLatest"]!.GetValue<bool>(), created["isPublished"]!.GetValue<bool>()));
        Assert.Equal("Workflow1:fc1", created["root"]!["nodeId"]!.GetValue<string>());
        foreach (var list in new[] { "variables", "inputs", "outputs", "outcomes" })
            Assert.Empty(created[list]!.AsArray());
        foreach (var @object in new[] { "options", "customProperties" })
            Assert.Empty(created[@object]!.AsObject());
        Assert.Contains("publish", created["links"]!.AsArray().Select(link => link!["rel"]!.GetValue<string>()));
        Assert.True(JsonNode.DeepEquals(created, await designer.OpenAsync(Designer.IdOf(created))));
        Assert.True(JsonNode.DeepEquals(created, (await designer.GetAsync($"/workflow-definitions/by-id/{created["id"]}")).Expect(HttpStatusCode.OK)));
    }

    // Trap 3: the canvas saves half-finished steps.
    [Fact]
    public async Task Save_HalfFinishedStep_IsTaken()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.CreateAsync();

        canvas["root"]!["activities"] = new JsonArray(Draw.Activity("h1", "AutoForge.HttpRequest"));
        var saved = await designer.SavedAsync(canvas);

        Assert.Equal("Workflow1:fc1:h1", Designer.Step(saved, "h1")["nodeId"]!.GetValue<string>());
        Assert.Equal(Designer.VersionIdOf(canvas), Designer.VersionIdOf(saved));
    }

    // Trap 4, contract 4.2: the first change after publishing begins a new version with an id of its own.
    [Fact]
    public async Task Save_AfterPublishing_BeginsANewVersionAndLeavesThePublishedOneOn()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var published = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        Assert.True(published["isPublished"]!.GetValue<bool>());

        published["name"] = "Orders, renamed";
        var draft = await designer.SavedAsync(published);

        Assert.Equal((2, false), (draft["version"]!.GetValue<int>(), draft["isPublished"]!.GetValue<bool>()));
        Assert.NotEqual(Designer.VersionIdOf(published), Designer.VersionIdOf(draft));
        Assert.Equal(1, (await designer.OpenAsync(Designer.IdOf(draft), "Published"))["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Save_WithoutAChange_BeginsNoVersion()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var published = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        var settled = await designer.SavedAsync(published);

        var again = await designer.SavedAsync(settled);

        Assert.Equal(Designer.VersionIdOf(settled), Designer.VersionIdOf(again));
    }

    // Trap 2: two windows.
    [Fact]
    public async Task Save_OfAVersionThatIsNoLongerTheLatest_IsRefusedAndOverwritesNothing()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var stale = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        var first = stale.DeepClone();
        first["name"] = "Of the first window";
        var draft = await designer.SavedAsync(first);

        stale["name"] = "Of the second window";
        var refusal = await designer.SaveAsync(stale);

        Assert.Contains("changed in another window", Assert.Single(Designer.Refusals(refusal)), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(draft, await designer.OpenAsync(Designer.IdOf(draft))));
    }

    // Trap 1: a blank canvas, and a first step that is dropped on it.
    [Fact]
    public async Task Save_ThatWouldDropEveryStepAndAddOthers_IsRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine")));
        var blank = canvas.DeepClone();
        blank["root"]!["activities"] = new JsonArray(Draw.Activity("fresh", "Elsa.WriteLine"));
        blank["root"]!["connections"] = new JsonArray();

        var refusal = await designer.SaveAsync(blank);

        Assert.Contains("every step", Assert.Single(Designer.Refusals(refusal)), StringComparison.Ordinal);
        Assert.Equal(["hook", "say"], Designer.StepsOf(await designer.OpenAsync(Designer.IdOf(canvas))).Select(step => step!["id"]!.GetValue<string>()));
        // On purpose it goes: first empty, then anew.
        blank["root"]!["activities"] = new JsonArray();
        await designer.SavedAsync(blank);
        blank["root"]!["activities"] = new JsonArray(Draw.Activity("fresh", "Elsa.WriteLine"));
        Assert.Single(Designer.StepsOf(await designer.SavedAsync(blank)));
    }

    // Contract 5.3: the dialog offers roots that this server does not draw.
    [Theory]
    [InlineData("Elsa.Sequence")]
    [InlineData("Elsa.StateMachine")]
    public async Task Create_WithAnotherRoot_IsRefused(string type)
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);

        var refusal = await designer.SaveAsync(new JsonObject { ["name"] = "W", ["root"] = new JsonObject { ["id"] = "r", ["type"] = type, ["version"] = 1 } });

        Assert.Contains("Flowchart", Assert.Single(Designer.Refusals(refusal)), StringComparison.Ordinal);
    }

    // Contract 5.3: Save as and Duplicate send a whole root with the ids that it had.
    [Fact]
    public async Task SaveAs_WholeWorkflow_IsANewOneWithTheSameSteps()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var original = await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine")));
        var copy = original.DeepClone();
        copy["id"] = null;
        copy["definitionId"] = null;
        copy["name"] = "Copy of orders";

        var saved = await designer.SavedAsync(copy);

        Assert.NotEqual(Designer.IdOf(original), Designer.IdOf(saved));
        Assert.True(JsonNode.DeepEquals(original["root"], saved["root"]));
    }

    [Fact]
    public async Task Save_OfADeletedWorkflow_IsRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.CreateAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await designer.DeleteAsync($"/workflow-definitions/{Designer.IdOf(canvas)}")).Status);

        Assert.Contains("deleted", Assert.Single(Designer.Refusals(await designer.SaveAsync(canvas))), StringComparison.Ordinal);
        (await designer.DeleteAsync($"/workflow-definitions/{Designer.IdOf(canvas)}")).Expect(HttpStatusCode.NotFound);
    }

    // Trap 1: everything that was saved comes back.
    [Fact]
    public async Task Save_OverADraft_KeepsWhatWasThere()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.CreateAsync();
        canvas["root"]!["activities"] = new JsonArray(Draw.Activity("say", "Elsa.WriteLine", ("text", Draw.Literal("precious"))));
        canvas = await designer.SavedAsync(canvas);
        canvas["root"]!["activities"] = new JsonArray();
        await designer.SavedAsync(canvas);

        var path = $"/api/v1/workflows/{Designer.IdOf(canvas)}/revisions";
        var revisions = (await account.GetAsync(path)).Expect(HttpStatusCode.OK)["data"]!.AsArray();
        (await account.PostAsync($"{path}/{revisions[1]!["revision"]}/restore")).Expect(HttpStatusCode.OK);

        Assert.Equal(["3", "2", "1"], revisions.Select(revision => revision!["revision"]!.ToString()));
        Assert.Single(Designer.StepsOf(await designer.OpenAsync(Designer.IdOf(canvas))));
    }

    // Contract 3.9: what cannot be read at all is a 400 as well.
    [Fact]
    public async Task Save_WithoutAModel_IsRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        Assert.Single(Designer.Refusals(await account.PostAsync("/elsa/api/workflow-definitions", new JsonObject())));
        Assert.NotEmpty(Designer.Refusals(await account.PostAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = new JsonObject() })));
    }
}
