using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>What the viewer reads of one run in each of its states (contract 4.3 and 5.6).</summary>
public sealed class InstanceViewTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private Viewer _viewer = null!;

    public async ValueTask InitializeAsync() => _viewer = new Viewer(await server.NewCallerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Faulted_Run_ShowsItsIncidentWithoutOurInsides()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Failing", Draw.Webhook(), Viewer.Line("before"), Viewer.Failing("call"), Viewer.Line("after")));
        var instance = await _viewer.UntilAsync(runId, "Faulted");

        var incident = Assert.Single(instance["workflowState"]!["incidents"]!.AsArray())!;
        Assert.Equal(("call", "Workflow1:flow:call", "AutoForge.HttpRequest"),
            (incident["activityId"]!.GetValue<string>(), incident["activityNodeId"]!.GetValue<string>(), incident["activityType"]!.GetValue<string>()));
        Assert.NotEmpty(incident["message"]!.GetValue<string>());
        Assert.Equal(incident["message"]!.GetValue<string>(), incident["exception"]!["message"]!.GetValue<string>());
        Assert.DoesNotContain("   at ", instance.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, instance["incidentCount"]!.GetValue<int>());

        Assert.Equal([("Faulted", "call")], await _viewer.JournalAsync(runId, new JsonObject { ["eventNames"] = new JsonArray("Faulted") }));
        var stats = await ReportAsync(runId, "Workflow1:flow:before", "Workflow1:flow:call", "Workflow1:flow:after");
        Assert.Equal(["before", "call"], stats.Select(node => node["activityId"]!.GetValue<string>()));
        Assert.Equal([false, true], stats.Select(node => node["isFaulted"]!.GetValue<bool>()));
        var record = await LastRecordAsync(runId, "Workflow1:flow:call");
        Assert.Equal(("Faulted", 1), (record["status"]!.GetValue<string>(), record["aggregateFaultCount"]!.GetValue<int>()));

        var run = await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/runs/{runId}", null);
        Assert.Equal("call", run["faultStep"]!.GetValue<string>());
        Assert.StartsWith("Failed at step “call”: ", run["summary"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.EndsWith(" Nothing was charged.", run["summary"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_ThatTheCanvasTook_IsNoIncident()
    {
        var hook = Draw.Webhook();
        var call = Viewer.Failing();
        var mend = Viewer.Line("mend");
        var runId = await _viewer.RunAsync(Draw.Flowchart("Mended", [hook, call, mend], [Draw.Connect(hook, "Done", call), Draw.Connect(call, "Failed", mend)]));

        var instance = await _viewer.UntilAsync(runId, "Finished");

        Assert.Empty(instance["workflowState"]!["incidents"]!.AsArray());
        Assert.Empty(await _viewer.JournalAsync(runId, new JsonObject { ["eventNames"] = new JsonArray("Faulted") }));
        var record = await LastRecordAsync(runId, "Workflow1:flow:call");
        Assert.Equal(("Completed", "Failed"), (record["status"]!.GetValue<string>(), record["payload"]!["Outcomes"]![0]!.GetValue<string>()));
        Assert.NotNull(record["exception"]!["message"]);
    }

    [Fact]
    public async Task Failed_WithNoStepToBlame_HasAnIncidentOfTheWorkflow()
    {
        var workflow = Draw.Chain("Condition", Draw.Webhook(), Viewer.Line());
        workflow["customProperties"] = new JsonObject { ["successCondition"] = new JsonObject { ["type"] = "Literal", ["value"] = "false" } };

        var instance = await _viewer.UntilAsync(await _viewer.RunAsync(workflow), "Faulted");

        var incident = Assert.Single(instance["workflowState"]!["incidents"]!.AsArray())!;
        Assert.Equal(("flow", "Workflow1:flow"), (incident["activityId"]!.GetValue<string>(), incident["activityNodeId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Waiting_Run_IsSuspended()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Waiting", Draw.Webhook(), Viewer.Delay()));
        var instance = await _viewer.UntilAsync(runId, "Suspended");

        Assert.Equal("Running", instance["status"]!.GetValue<string>());
        Assert.Equal([("Started", "hook"), ("Completed", "hook"), ("Started", "wait"), ("Suspended", "wait")], await _viewer.JournalAsync(runId));
        Assert.True((await ReportAsync(runId, "Workflow1:flow:wait"))[0]["isBlocked"]!.GetValue<bool>());
        var record = await LastRecordAsync(runId, "Workflow1:flow:wait");
        Assert.Equal(("Running", true), (record["status"]!.GetValue<string>(), record["hasBookmarks"]!.GetValue<bool>()));
        var state = await _viewer.GetAsync($"/workflow-instances/{runId}/execution-state");
        Assert.Equal(("Running", "Suspended"), (state["status"]!.GetValue<string>(), state["workflowSubStatus"]!.GetValue<string>()));
        Assert.Equal(instance["updatedAt"]!.GetValue<DateTimeOffset>(), state["updatedAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Cancelled_Run_IsFinishedAndItsUpdateIsSeen()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Cancelled", Draw.Webhook(), Viewer.Delay()));
        var before = await _viewer.UntilAsync(runId, "Suspended");

        // Twice: the row that was clicked may be old.
        await _viewer.PostAsync($"/cancel/workflow-instances/{runId}", new JsonObject());
        await _viewer.PostAsync($"/cancel/workflow-instances/{runId}", new JsonObject());

        var instance = await _viewer.UntilAsync(runId, "Cancelled");
        Assert.Equal("Finished", instance["status"]!.GetValue<string>());
        Assert.True(instance["updatedAt"]!.GetValue<DateTimeOffset>() > before["updatedAt"]!.GetValue<DateTimeOffset>());
        Assert.Contains(("Canceled", "wait"), await _viewer.JournalAsync(runId));
        Assert.Equal("Canceled", (await LastRecordAsync(runId, "Workflow1:flow:wait"))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Detail_OfARun_HoldsNoNull()
    {
        foreach (var (workflow, end) in new[]
        {
            (Draw.Chain("Good", Draw.Webhook(), Viewer.Line()), "Finished"),
            (Draw.Chain("Bad", Draw.Webhook(), Viewer.Failing()), "Faulted"),
            (Draw.Chain("Rest", Draw.Webhook(), Viewer.Delay()), "Suspended"),
        })
        {
            var instance = await _viewer.UntilAsync(await _viewer.RunAsync(workflow), end);
            Assert.Empty(Nulls(instance, "$"));
        }
    }

    [Fact]
    public async Task Run_ThatIsAbsent_IsNotFoundOnEveryRoute()
    {
        var id = Ids.NewId();
        foreach (var path in new[] { "", "/execution-state", "/variables", "/export" })
            Assert.Equal(HttpStatusCode.NotFound, await _viewer.StatusOfAsync(HttpMethod.Get, $"/elsa/api/workflow-instances/{id}{path}"));
        Assert.Equal(HttpStatusCode.NotFound, await _viewer.StatusOfAsync(HttpMethod.Get, $"/elsa/api/activity-executions/by-id?id={id:N}-1"));
        Assert.Equal(HttpStatusCode.NotFound, await _viewer.StatusOfAsync(HttpMethod.Post, $"/elsa/api/cancel/workflow-instances/{id}"));
    }

    private async Task<IReadOnlyList<JsonNode>> ReportAsync(string runId, params string[] nodes)
    {
        var request = new JsonObject { ["workflowInstanceId"] = runId, ["activityNodeIds"] = new JsonArray([.. nodes.Select(node => JsonValue.Create(node))]) };
        return [.. (await _viewer.PostAsync("/activity-executions/report", request))["stats"]!.AsArray().Select(node => node!)];
    }

    // As the viewer does when a node is clicked: the last summary, then its record.
    private async Task<JsonNode> LastRecordAsync(string runId, string node)
    {
        var summaries = await _viewer.GetAsync($"/activity-execution-summaries/list?WorkflowInstanceId={runId}&ActivityNodeId={node}");
        return await _viewer.GetAsync($"/activity-executions/by-id?id={summaries["items"]!.AsArray()[^1]!["id"]}");
    }

    private static IEnumerable<string> Nulls(JsonNode? node, string path) => node switch
    {
        null => [path],
        JsonObject json => json.SelectMany(property => Nulls(property.Value, $"{path}.{property.Key}")),
        JsonArray items => items.SelectMany((item, i) => Nulls(item, $"{path}[{i}]")),
        _ => [],
    };
}
