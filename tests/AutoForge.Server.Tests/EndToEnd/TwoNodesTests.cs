using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>Two servers share one PostgreSQL (reliability 14).</summary>
public sealed class TwoNodesTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(200);

    [Fact]
    public async Task Schedule_EveryMinuteOnTwoNodes_FiresOnceEachMinute()
    {
        await using var second = await ServerProcess.StartAsync(fixture.Settings);
        using var account = await fixture.Server.RegisterAsync();
        await account.PublishAsync(Draw.Chain("Minutely", Draw.Trigger("clock", "AutoForge.Schedule",
            ("kind", Draw.Literal("minutes")), ("every", Draw.Literal(1)))));

        var runs = await RunsAsync(account, atLeast: 2);

        var minutes = new List<DateTimeOffset>();
        foreach (var run in runs)
        {
            var steps = await account.StepsAsync(run["id"]!.GetValue<string>());
            minutes.Add(DateTimeOffset.Parse(steps[0]!["output"]!["dueAt"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
        }
        minutes.Sort();
        Assert.All(minutes, m => Assert.Equal(0, m.Second));
        Assert.All(minutes.Zip(minutes.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(1), pair.Second - pair.First));
        Assert.Empty(await fixture.ViolationsAsync());
    }

    [Fact]
    public async Task Token_OfOneNode_IsGoodAtTheOther()
    {
        await using var second = await ServerProcess.StartAsync(fixture.Settings);
        using var account = await fixture.Server.RegisterAsync();
        using var there = account.At(second.Address);

        Assert.Equal(100, await there.AvailableAsync());
    }

    [Fact]
    public async Task Kill_OneNode_TheOtherTakesItsRunsOver()
    {
        var second = await ServerProcess.StartAsync(fixture.Settings);
        using var account = await fixture.Server.RegisterAsync();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Target.On("/takeover", async _ =>
        {
            arrived.TrySetResult();
            await open.Task;
        });
        var publication = await account.PublishAsync(Draw.Chain("Takeover", Draw.Webhook(),
            Draw.Activity("get", "AutoForge.HttpRequest", ("url", Draw.Literal(fixture.Target.Url("/takeover"))))));
        var path = new Uri(publication["triggers"]![0]!["url"]!.GetValue<string>()).AbsolutePath;

        using var caller = new ApiClient(second.Address);
        var accepted = (await caller.PostAsync(path, new JsonObject())).Expect(HttpStatusCode.Accepted);
        await arrived.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await second.KillAsync();
        await fixture.EndLeasesAsync();
        open.SetResult();
        await second.DisposeAsync();

        var run = await account.EndOfAsync(accepted["runId"]!.GetValue<string>());
        Assert.Equal("Succeeded", run["status"]!.GetValue<string>());
        Assert.Equal(2, run["attempts"]!.GetValue<int>());
        Assert.Equal(2, fixture.Target.Requests.Count(r => r.Path == "/takeover"));
    }

    private static async Task<IReadOnlyList<JsonNode>> RunsAsync(ApiClient account, int atLeast)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var runs = (await account.GetAsync("/api/v1/runs?status=Succeeded")).Expect(HttpStatusCode.OK)["data"]!.AsArray();
            if (runs.Count >= atLeast)
                return [.. runs.Select(r => r!)];
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, "The schedule did not fire in time.");
            await Task.Delay(500);
        }
    }
}
