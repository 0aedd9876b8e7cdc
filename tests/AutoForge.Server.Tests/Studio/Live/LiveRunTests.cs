using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using AutoForge.Server.Tests.EndToEnd;
using AutoForge.Testing.Running;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Server.Tests.Studio.Live;

/// <summary>The viewer's hub (contract 4.5), against the real server as a process.</summary>
public sealed class LiveRunTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] OneSet = ["WorkflowExecutionLogUpdatedAsync", "ActivityExecutionLogUpdatedAsync", "WorkflowInstanceUpdatedAsync"];

    [Fact]
    public Task Observe_RunOnThisNode_IsToldFromStartToFinish() => WatchAsync(fixture.Server.Address);

    [Fact]
    public async Task Observe_RunOnAnotherNode_IsToldAsWell()
    {
        await using var second = await ServerProcess.StartAsync(fixture.Settings);
        await WatchAsync(second.Address);
    }

    [Fact]
    public async Task Observe_RunThatHasEnded_IsToldOnce()
    {
        using var account = await fixture.Server.RegisterAsync();
        var runId = await StartAsync(account, Draw.Chain("Short", Draw.Webhook(), Draw.Activity("line", "Elsa.WriteLine", ("text", Draw.Literal("x")))));
        await account.EndOfAsync(runId);
        await using var viewer = await ConnectAsync(account, fixture.Server.Address);

        Assert.Null(await viewer.ObserveAsync(runId));

        Assert.Equal(OneSet, (await viewer.NextSetAsync()).Select(message => message.Target));
        Assert.False(viewer.TryNext(out _));
    }

    [Fact]
    public async Task Observe_AnotherAccountsRun_IsRefusedLikeAnAbsentOneAndToldNothing()
    {
        using var owner = await fixture.Server.RegisterAsync();
        using var other = await fixture.Server.RegisterAsync();
        var runId = await StartAsync(owner, Waiting());
        await using var foreign = await ConnectAsync(other, fixture.Server.Address);
        await using var absent = await ConnectAsync(other, fixture.Server.Address);
        await using var own = await ConnectAsync(owner, fixture.Server.Address);
        Assert.Null(await own.ObserveAsync(runId));
        await own.NextSetAsync();

        var refused = await foreign.ObserveAsync(runId);
        var missing = await absent.ObserveAsync(Ids.NewId().ToString());

        Assert.NotNull(refused);
        Assert.Equal(missing, refused);
        (await owner.PostAsync($"/elsa/api/cancel/workflow-instances/{runId}")).Expect(HttpStatusCode.OK);
        Assert.Equal("Finished", await StatusAfterAsync(own, owner, runId));
        Assert.False(foreign.TryNext(out _));
    }

    [Fact]
    public async Task Connect_AsNobodyOrFromAnotherSite_IsRefused()
    {
        using var account = await fixture.Server.RegisterAsync();
        using var signedIn = await account.Http.PostAsJsonAsync(
            "/api/auth/login", new { email = account.Email, password = ApiClient.Password }, TestContext.Current.CancellationToken);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var own = fixture.Server.Address.GetLeftPart(UriPartial.Authority);

        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(fixture.Server.Address));
        await Assert.ThrowsAsync<WebSocketException>(() =>
            HubClient.ConnectAsync(fixture.Server.Address, ("Cookie", cookie), ("Origin", "https://evil.example")));
        await using var welcome = await HubClient.ConnectAsync(fixture.Server.Address, ("Cookie", cookie), ("Origin", own));
        Assert.NotNull(await welcome.ObserveAsync(Ids.NewId().ToString()));
    }

    private async Task WatchAsync(Uri node)
    {
        using var account = await fixture.Server.RegisterAsync();
        var path = $"/live-{Ids.NewText()}";
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Target.On(path, async context =>
        {
            arrived.TrySetResult();
            await open.Task;
            await context.Response.WriteAsync("done");
        });
        var runId = await StartAsync(account, Draw.Chain("Live", Draw.Webhook(), Draw.Activity("get", "AutoForge.HttpRequest", ("url", Draw.Literal(fixture.Target.Url(path))))));
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await using var viewer = await ConnectAsync(account, node);

        // Started: the badge is blue.
        Assert.Null(await viewer.ObserveAsync(runId));
        var first = await viewer.NextSetAsync();
        Assert.Equal(OneSet, first.Select(message => message.Target));
        var running = Node(first[1], "get");
        Assert.Equal((1, 0, 1), Counts(running));
        // The viewer reads variables meanwhile; the request that is under way must not be made again by that.
        (await account.GetAsync($"/elsa/api/workflow-instances/{runId}/variables")).Expect(HttpStatusCode.OK);
        Assert.Equal("Running", (await InstanceAsync(account, runId))["status"]!.GetValue<string>());

        // Finished: whoever reads after the last message reads the end.
        open.SetResult();
        IReadOnlyList<HubMessage> last;
        do
        {
            last = await viewer.NextSetAsync();
            Assert.Equal(OneSet, last.Select(message => message.Target));
            Assert.Equal(runId, last[2].Arguments[0]!["workflowInstanceId"]!.GetValue<string>());
        }
        while ((await InstanceAsync(account, runId))["status"]!.GetValue<string>() != "Finished");
        Assert.Equal((1, 1, 0), Counts(Node(last[1], "get")));
        Assert.Equal("Workflow1:flow:get", Node(last[1], "get")["activityNodeId"]!.GetValue<string>());
        Assert.Single(fixture.Target.Requests, request => request.Path == path);
    }

    private static async Task<string> StatusAfterAsync(HubClient viewer, ApiClient account, string runId)
    {
        await viewer.NextSetAsync();
        return (await InstanceAsync(account, runId))["status"]!.GetValue<string>();
    }

    private static async Task<JsonNode> InstanceAsync(ApiClient account, string runId) =>
        (await account.GetAsync($"/elsa/api/workflow-instances/{runId}")).Expect(HttpStatusCode.OK);

    private static JsonNode Node(HubMessage stats, string activityId) =>
        Assert.Single(stats.Arguments[0]!["stats"]!.AsArray(), node => node!["activityId"]!.GetValue<string>() == activityId)!;

    private static (int, int, int) Counts(JsonNode node) =>
        (node["startedCount"]!.GetValue<int>(), node["completedCount"]!.GetValue<int>(), node["uncompletedCount"]!.GetValue<int>());

    private static JsonObject Waiting() => Draw.Chain("Waiting", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00"))));

    private static async Task<string> StartAsync(ApiClient account, JsonObject workflow)
    {
        var created = (await account.PostAsync("/api/v1/workflows", workflow)).Expect(HttpStatusCode.Created);
        var answer = await account.PostAsync($"/elsa/api/workflow-definitions/{created["definitionId"]}/execute", new JsonObject { ["versionOptions"] = "Latest" });
        answer.Expect(HttpStatusCode.OK);
        return answer.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    private static Task<HubClient> ConnectAsync(ApiClient account, Uri node) =>
        HubClient.ConnectAsync(node, ("Authorization", account.Http.DefaultRequestHeaders.Authorization!.ToString()));
}
