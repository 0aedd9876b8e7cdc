using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>The Run button (contract 4.2 and gotchas 5 and 14): what stands on the canvas runs, and its history stays true.</summary>
public sealed class StartTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Execute_Draft_RunsItAtItsPriceAndFixesIt()
    {
        var viewer = new Viewer(await server.NewCallerAsync());
        var definitionId = await viewer.CreateAsync(Draw.Chain("First", Draw.Webhook(), Viewer.Line("one")));

        var first = await viewer.UntilAsync(await viewer.RunAsync(definitionId), "Finished");
        var saved = await viewer.SendAsync(HttpMethod.Put, $"/api/v1/workflows/{definitionId}", Draw.Chain("Second", Draw.Webhook(), Viewer.Line("two")));
        var second = await viewer.UntilAsync(await viewer.RunAsync(definitionId), "Finished");

        Assert.Equal((1, 2, 2), (first["version"]!.GetValue<int>(), saved["version"]!.GetValue<int>(), second["version"]!.GetValue<int>()));
        Assert.Null(saved["publishedVersion"]);
        Assert.Equal(["hook", "one"], await ActivitiesAsync(viewer, first));
        Assert.Equal(["hook", "two"], await ActivitiesAsync(viewer, second));
        var run = await viewer.SendAsync(HttpMethod.Get, $"/api/v1/runs/{first["id"]}", null);
        Assert.Equal((5, "Succeeded and charged $0.05."), (run["chargedCents"]!.GetValue<int>(), run["summary"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Execute_DraftTwiceUnchanged_IsOneVersion()
    {
        var viewer = new Viewer(await server.NewCallerAsync());
        var definitionId = await viewer.CreateAsync(Draw.Chain("Same", Draw.Webhook(), Viewer.Line()));

        var versions = new[] { await viewer.RunAsync(definitionId), await viewer.RunAsync(definitionId) };

        foreach (var run in versions)
            Assert.Equal(1, (await viewer.UntilAsync(run, "Finished"))["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task Execute_DraftBesideAPublishedVersion_LeavesTheTriggersAlone()
    {
        var viewer = new Viewer(await server.NewCallerAsync());
        var definitionId = await viewer.CreateAsync(Draw.Chain("Live", Draw.Webhook(), Viewer.Line("live")));
        await viewer.SendAsync(HttpMethod.Post, $"/api/v1/workflows/{definitionId}/publish", null);
        await viewer.SendAsync(HttpMethod.Put, $"/api/v1/workflows/{definitionId}", Draw.Chain("Draft", Draw.Webhook(), Viewer.Line("draft")));

        var drafted = await viewer.UntilAsync(await viewer.RunAsync(definitionId), "Finished");
        var started = await viewer.SendAsync(HttpMethod.Post, $"/api/v1/workflows/{definitionId}/run", null);
        var published = await viewer.UntilAsync(started["runId"]!.GetValue<string>(), "Finished");

        Assert.Equal(["hook", "draft"], await ActivitiesAsync(viewer, drafted));
        Assert.Equal(["hook", "live"], await ActivitiesAsync(viewer, published));
    }

    [Fact]
    public async Task Execute_DraftThatIsNotComplete_CannotStartAndStaysADraft()
    {
        var viewer = new Viewer(await server.NewCallerAsync());
        var definitionId = await viewer.CreateAsync(Draw.Chain("Incomplete", Draw.Webhook(), Draw.Activity("mail", "AutoForge.SendEmail")));

        using var response = await viewer.ExecuteAsync(definitionId);

        await AssertCannotStartAsync(response, "workflow_invalid");
        var saved = await viewer.SendAsync(HttpMethod.Put, $"/api/v1/workflows/{definitionId}", Draw.Chain("Incomplete", Draw.Webhook()));
        Assert.Equal(1, saved["version"]!.GetValue<int>());
        Assert.Empty(await viewer.ListAsync([]));
    }

    [Fact]
    public async Task Execute_WithoutBalance_CannotStart()
    {
        var viewer = new Viewer(await server.NewCallerAsync());
        var definitionId = await viewer.CreateAsync(Draw.Chain("Dear", Draw.Webhook(), Viewer.Delay()));
        for (var i = 0; i < 20; i++)
            await viewer.RunAsync(definitionId);

        using var response = await viewer.ExecuteAsync(definitionId);

        await AssertCannotStartAsync(response, "insufficient_balance");
        Assert.Equal(20, (await viewer.PostAsync("/workflow-instances", new JsonObject()))["totalCount"]!.GetValue<int>());
    }

    private static async Task AssertCannotStartAsync(HttpResponseMessage response, string code)
    {
        // Any other status would end Studio's element.
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("true", response.Headers.GetValues("x-elsa-workflow-cannot-start").Single());
        Assert.False(response.Headers.Contains("x-elsa-workflow-instance-id"));
        Assert.Equal(code, (await response.JsonAsync()).GetProperty("code").GetString());
    }

    private static async Task<IEnumerable<string>> ActivitiesAsync(Viewer viewer, JsonNode instance) =>
        (await viewer.JournalAsync(instance["id"]!.GetValue<string>())).Select(entry => entry.Activity).Distinct();
}
