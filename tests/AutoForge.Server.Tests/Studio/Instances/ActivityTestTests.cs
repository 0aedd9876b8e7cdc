using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>The Test tab: free, and nothing outside is touched (money rule 6).</summary>
public sealed class ActivityTestTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private Viewer _viewer = null!;

    public async ValueTask InitializeAsync() => _viewer = new Viewer(await server.NewCallerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Test_OfAStepThatActsOutside_SaysWhatItWouldSendAndSendsNothing()
    {
        await using var target = await HttpTarget.StartAsync();
        var result = await TestAsync(
            Draw.Chain("Outside", Draw.Webhook(), Draw.Activity("call", "AutoForge.HttpRequest", ("method", Draw.Literal("POST")), ("url", Draw.Literal(target.Url("/order"))))), "call");

        Assert.Equal("Completed", result["status"]!.GetValue<string>());
        Assert.Contains("/order", result["outputs"]!["WouldSend"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("nothing was sent", result["outputs"]!["Note"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("POST", result["activityState"]!["Method"]!.GetValue<string>());
        Assert.Empty(target.Requests);
        Assert.Empty(await _viewer.ListAsync([]));
        Assert.Equal(100, (await _viewer.SendAsync(HttpMethod.Get, "/api/credits/balance", null))["availableCents"]!.GetValue<int>());
    }

    [Fact]
    public async Task Test_OfAStepThatOnlyReckons_GivesItsRealResult()
    {
        var branch = Draw.Activity("branch", "Elsa.FlowDecision", ("condition", Draw.Template("{{ eq variables.Size \"big\" }}")));
        var workflow = Draw.Chain("Inside", Draw.Webhook(), branch);
        workflow["variables"] = new JsonArray(new JsonObject { ["id"] = "v1", ["name"] = "Size", ["typeName"] = "String", ["value"] = "small" });

        Assert.Equal("False", OutcomeOf(await TestAsync(workflow, "branch")));
        workflow["customProperties"] = new JsonObject { ["VariableTestValues"] = new JsonObject { ["v1"] = "big" } };
        var tested = await TestAsync(workflow, "branch");

        Assert.Equal("True", OutcomeOf(tested));
        Assert.False(tested["outputs"]!.AsObject().ContainsKey("Note"));
    }

    [Fact]
    public async Task Test_OfAStepThatFails_SaysWhy()
    {
        var result = await TestAsync(Draw.Chain("Fails", Draw.Webhook(), Draw.Activity("fault", "Elsa.Fault", ("message", Draw.Literal("No stock left")))), "fault");

        Assert.Equal("Faulted", result["status"]!.GetValue<string>());
        Assert.Contains("No stock left", result["exception"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(result["exception"]!["stackTrace"]);
    }

    [Fact]
    public async Task Test_OfAnotherAccountsVersion_IsNotFound()
    {
        var definitionId = await _viewer.CreateAsync(Draw.Chain("Mine", Draw.Webhook(), Viewer.Line()));
        var request = await RequestAsync(definitionId, "line");
        var other = new Viewer(await server.NewCallerAsync());

        Assert.Equal(HttpStatusCode.NotFound, await other.StatusOfAsync(HttpMethod.Post, "/elsa/api/tests/activities", request));
    }

    private static string OutcomeOf(JsonNode result) => Assert.Single(result["payload"]!["Outcomes"]!.AsArray())!.GetValue<string>();

    private async Task<JsonNode> TestAsync(JsonObject workflow, string activityId) =>
        await _viewer.PostAsync("/tests/activities", await RequestAsync(await _viewer.CreateAsync((JsonObject)workflow.DeepClone()), activityId));

    private async Task<JsonObject> RequestAsync(string definitionId, string activityId) => new()
    {
        ["workflowDefinitionHandle"] = new JsonObject
        {
            ["definitionId"] = null,
            ["versionOptions"] = null,
            ["definitionVersionId"] = (await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/workflows/{definitionId}", null))["id"]!.DeepClone(),
        },
        ["activityHandle"] = new JsonObject { ["activityId"] = null, ["activityNodeId"] = $"Workflow1:flow:{activityId}" },
    };
}
