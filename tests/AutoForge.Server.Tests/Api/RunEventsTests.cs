using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using AutoForge.Server.Tests.Studio.Instances;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Api;

/// <summary>Server-sent events of a run.</summary>
public sealed class RunEventsTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_OfARunThatIsCancelled_TellEachStateAndEndWithIt()
    {
        var owner = new Viewer(await server.NewCallerAsync());
        var runId = await owner.RunAsync(Draw.Chain("Watched", Draw.Webhook(), Viewer.Delay()));
        await owner.UntilAsync(runId, "Suspended");
        using var response = await owner.Client.GetAsync($"/api/v1/runs/{runId}/events", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);

        var statuses = new List<string>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Cancelled)).EnumerateAsync(Cancelled))
        {
            Assert.Equal("run", item.EventType);
            statuses.Add(JsonNode.Parse(item.Data)!["status"]!.GetValue<string>());
            if (statuses.Count == 1)
                await owner.PostAsync($"/cancel/workflow-instances/{runId}", new JsonObject());
        }

        Assert.Equal(["Waiting", "Cancelled"], statuses);
    }

    [Fact]
    public async Task Events_AfterTheLastOne_AskTheBrowserToStop()
    {
        var owner = new Viewer(await server.NewCallerAsync());
        var runId = await owner.RunAsync(Draw.Chain("Ended", Draw.Webhook(), Viewer.Line()));
        await owner.UntilAsync(runId, "Finished");
        using var first = await owner.Client.GetAsync($"/api/v1/runs/{runId}/events", Cancelled);
        var last = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await first.Content.ReadAsStreamAsync(Cancelled)).EnumerateAsync(Cancelled))
            last.Add(item);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{runId}/events");
        again.Headers.Add("Last-Event-ID", Assert.Single(last).EventId);
        using var response = await owner.Client.SendAsync(again, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Events_OfAnotherAccountsRun_AreNotFound()
    {
        var owner = new Viewer(await server.NewCallerAsync());
        var other = await server.NewCallerAsync();
        var runId = await owner.RunAsync(Draw.Chain("Mine", Draw.Webhook(), Viewer.Delay()));

        using var response = await other.Client.GetAsync($"/api/v1/runs/{runId}/events", Cancelled);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
