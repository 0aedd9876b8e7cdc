using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>Records of executions: names as in the descriptors, secrets masked, never empty (contract 4.3, 5.6).</summary>
public sealed class ExecutionTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private const string Token = "canary-7d1f0c2a9b";

    private Viewer _viewer = null!;

    public async ValueTask InitializeAsync() => _viewer = new Viewer(await server.NewCallerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Record_OfAStep_NamesFieldsAsDescriptorsDoAndHidesSecrets()
    {
        var call = Viewer.Failing();
        call["headers"] = Draw.Literal($"Authorization: Bearer {Token}");
        var runId = await _viewer.RunAsync(Draw.Chain("Records", Draw.Webhook(), call));
        await _viewer.UntilAsync(runId, "Faulted");

        var records = (await _viewer.GetAsync($"/activity-executions/list?WorkflowInstanceId={runId}&ActivityNodeId=Workflow1:flow:call"))["items"]!.AsArray();

        var record = Assert.Single(records)!;
        Assert.Equal("http://127.0.0.1:9/", record["activityState"]!["Url"]!.GetValue<string>());
        Assert.All(record["activityState"]!.AsObject(), field => Assert.True(char.IsUpper(field.Key[0]), field.Key));
        Assert.DoesNotContain(Token, record.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, (await _viewer.GetAsync($"/workflow-instances/{runId}/export")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_OfAStepWithoutFields_StillHasAState()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Bare", Draw.Activity("start", "Elsa.Start"), Viewer.Line()));
        await _viewer.UntilAsync(runId, "Finished");

        var summaries = await _viewer.GetAsync($"/activity-execution-summaries/list?WorkflowInstanceId={runId}&ActivityNodeId=Workflow1:flow:start");
        var record = await _viewer.GetAsync($"/activity-executions/by-id?id={summaries["items"]![0]!["id"]}");

        Assert.IsType<JsonObject>(record["activityState"]);
        Assert.Equal("Completed", record["status"]!.GetValue<string>());
        Assert.False(summaries["items"]![0]!.AsObject().ContainsKey("activityState"));
    }

    [Fact]
    public async Task Record_OfTheFlowchart_StandsAsTheRunDoes()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Canvas", Draw.Webhook(), Viewer.Delay()));
        await _viewer.UntilAsync(runId, "Suspended");

        var summary = Assert.Single((await _viewer.GetAsync($"/activity-execution-summaries/list?WorkflowInstanceId={runId}&ActivityNodeId=Workflow1:flow"))["items"]!.AsArray())!;
        var record = await _viewer.GetAsync($"/activity-executions/by-id?id={summary["id"]}");

        Assert.Equal(("flow", "Workflow1:flow", "Running"), (record["activityId"]!.GetValue<string>(), record["activityNodeId"]!.GetValue<string>(), record["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task CallStack_OfAStepInALoop_IsTheLoopAndTheStep()
    {
        var loop = Draw.Activity("loop", "Elsa.ForEach", ("items", Draw.Literal("""["a","b"]""")));
        loop["items"]!["expression"]!["type"] = "Object";
        loop["body"] = Viewer.Line("inner");
        var runId = await _viewer.RunAsync(Draw.Chain("Loop", Draw.Webhook(), loop));
        await _viewer.UntilAsync(runId, "Finished");
        var inner = (await _viewer.GetAsync($"/activity-execution-summaries/list?WorkflowInstanceId={runId}&ActivityNodeId=Workflow1:flow:loop:inner"))["items"]!.AsArray();

        var stack = await _viewer.GetAsync($"/activity-executions/{inner[^1]!["id"]}/call-stack?includeCrossWorkflowChain=True");

        Assert.Equal(2, inner.Count);
        Assert.Equal(["loop", "inner"], stack["items"]!.AsArray().Select(item => item!["activityId"]!.GetValue<string>()));
        Assert.Equal(2, stack["totalCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Variables_OfARun_AreWhatItsStepsLeftThem()
    {
        var runId = await _viewer.RunAsync(Counting(Viewer.Line()));
        await _viewer.UntilAsync(runId, "Finished");
        Assert.Equal("7", await TotalAsync(runId));

        var waiting = await _viewer.RunAsync(Counting(Viewer.Delay()));
        await _viewer.UntilAsync(waiting, "Suspended");
        Assert.Equal("7", await TotalAsync(waiting));
    }

    private static JsonObject Counting(JsonObject last)
    {
        var set = Draw.Activity("set", "Elsa.SetVariable", ("value", Draw.Literal("7")));
        set["variable"] = new JsonObject { ["id"] = "v1", ["name"] = "Total", ["typeName"] = "Int64" };
        var workflow = Draw.Chain("Counting", Draw.Webhook(), set, last);
        workflow["variables"] = new JsonArray(new JsonObject { ["id"] = "v1", ["name"] = "Total", ["typeName"] = "Int64", ["value"] = "1" });
        return workflow;
    }

    private async Task<string?> TotalAsync(string runId)
    {
        var variables = await _viewer.GetAsync($"/workflow-instances/{runId}/variables");
        Assert.Equal(1, variables["count"]!.GetValue<int>());
        Assert.Equal(("v1", "Total"), (variables["items"]![0]!["id"]!.GetValue<string>(), variables["items"]![0]!["name"]!.GetValue<string>()));
        return variables["items"]![0]!["value"]?.ToString();
    }
}
