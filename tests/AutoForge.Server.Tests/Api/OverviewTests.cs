using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Api;

/// <summary>What a workflow costs and how it starts, before and after publishing; events that the owner makes up.</summary>
public sealed class OverviewTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Overview_OfADraftOverAPublishedVersion_TellsBothPrices()
    {
        var caller = await server.NewCallerAsync();
        var hook = Draw.Webhook();
        var id = await CreateAsync(caller, Draw.Chain("Priced", hook, Line("a")));
        var draft = await OverviewAsync(caller, id);
        Assert.Equal((JsonValueKind.Null, 5, true), (draft.GetProperty("publishedPriceCents").ValueKind, draft.GetProperty("draftPriceCents").GetInt32(), draft.GetProperty("isDraft").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, Trigger(draft).GetProperty("url").ValueKind);

        await PublishAsync(caller, id);
        using var saved = await caller.Client.PutAsJsonAsync($"/api/v1/workflows/{id}", Draw.Chain("Priced", [Draw.Webhook(), .. Enumerable.Range(0, 8).Select(Request)]), Cancelled);
        saved.EnsureSuccessStatusCode();
        var overview = await OverviewAsync(caller, id);

        Assert.Equal((5, 8, 1, 2), (overview.GetProperty("publishedPriceCents").GetInt32(), overview.GetProperty("draftPriceCents").GetInt32(),
            overview.GetProperty("publishedVersion").GetInt32(), overview.GetProperty("version").GetInt32()));
        Assert.StartsWith(server.Address.ToString(), Trigger(overview).GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.True(Trigger(overview).GetProperty("isOn").GetBoolean());
    }

    [Fact]
    public async Task Overview_OfADraftThatCannotBePublished_SaysWhy()
    {
        var caller = await server.NewCallerAsync();
        var id = await CreateAsync(caller, Draw.Chain("Unfinished", Draw.Webhook(), Draw.Activity("crm", "AutoForge.HttpRequest")));

        var problem = Assert.Single((await OverviewAsync(caller, id)).GetProperty("problems").EnumerateArray());

        Assert.Equal(("crm", "url"), (problem.GetProperty("activityId").GetString(), problem.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Overview_OfASchedule_TellsTheNextFiveTimesInItsZone()
    {
        var caller = await server.NewCallerAsync();
        var id = await CreateAsync(caller, Draw.Chain("Nightly", Draw.Trigger("clock", "AutoForge.Schedule",
            ("kind", Draw.Literal("daily")), ("time", Draw.Literal("09:30")), ("timeZone", Draw.Literal("Asia/Tokyo"))), Line("a")));

        var trigger = Trigger(await OverviewAsync(caller, id));

        Assert.Equal("every day at 09:30 Asia/Tokyo", trigger.GetProperty("schedule").GetString());
        var due = trigger.GetProperty("nextDue").EnumerateArray().Select(at => at.GetDateTimeOffset()).ToArray();
        Assert.Equal(5, due.Length);
        Assert.Equal("Asia/Tokyo", trigger.GetProperty("timeZone").GetString());
        Assert.All(due, at => Assert.Equal(new TimeSpan(9, 30, 0), at.ToOffset(TimeSpan.FromHours(9)).TimeOfDay));
        Assert.Equal(TimeSpan.FromDays(4), due[4] - due[0]);
    }

    [Fact]
    public async Task TestEvent_OfASignedWebhook_StartsARunWithItsBody()
    {
        var caller = await server.NewCallerAsync();
        var id = await CreateAsync(caller, Draw.Chain("Signed", Draw.Webhook("hook", ("secret", Draw.Literal("whsec_c2VjcmV0"))), Line("a")));

        using var early = await TestAsync(caller, id);
        await early.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await PublishAsync(caller, id);
        using var accepted = await TestAsync(caller, id);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var run = (await accepted.JsonAsync()).GetProperty("runId").GetString();
        var steps = await EndAsync(caller, run!);
        Assert.Equal("41", steps[0].GetProperty("output").GetProperty("body").GetProperty("order").ToString());

        using var off = await caller.Client.PostAsync($"/api/v1/workflows/{id}/retract", null, Cancelled);
        off.EnsureSuccessStatusCode();
        using var refused = await TestAsync(caller, id);
        await refused.ProblemAsync(HttpStatusCode.Gone, "workflow_switched_off");
    }

    [Fact]
    public async Task OverviewAndTestEvent_OfAnotherAccount_AreNotFound()
    {
        var (owner, stranger) = (await server.NewCallerAsync(), await server.NewCallerAsync());
        var id = await CreateAsync(owner, Draw.Chain("Mine", Draw.Webhook(), Line("a")));
        await PublishAsync(owner, id);

        using var seen = await stranger.Client.GetAsync($"/api/v1/workflows/{id}/overview", Cancelled);
        await seen.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var started = await TestAsync(stranger, id);
        await started.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private static JsonObject Line(string id) => Draw.Activity(id, "Elsa.WriteLine", ("text", Draw.Literal("hello")));

    private static JsonObject Request(int n) => Draw.Activity($"r{n}", "AutoForge.HttpRequest", ("url", Draw.Literal("https://example.com/")));

    private static JsonElement Trigger(JsonElement overview) => Assert.Single(overview.GetProperty("triggers").EnumerateArray());

    private static async Task<string> CreateAsync(Caller caller, JsonObject workflow)
    {
        using var created = await caller.Client.PostAsJsonAsync("/api/v1/workflows", workflow, Cancelled);
        created.EnsureSuccessStatusCode();
        return (await created.JsonAsync()).GetProperty("definitionId").GetString()!;
    }

    private static async Task PublishAsync(Caller caller, string id)
    {
        using var published = await caller.Client.PostAsync($"/api/v1/workflows/{id}/publish", null, Cancelled);
        published.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> OverviewAsync(Caller caller, string id)
    {
        using var response = await caller.Client.GetAsync($"/api/v1/workflows/{id}/overview", Cancelled);
        response.EnsureSuccessStatusCode();
        return await response.JsonAsync();
    }

    private static Task<HttpResponseMessage> TestAsync(Caller caller, string id) =>
        caller.Client.PostAsJsonAsync($"/api/v1/workflows/{id}/test-event", new { body = new { order = 41 } }, Cancelled);

    private static async Task<JsonElement[]> EndAsync(Caller caller, string run)
    {
        while (true)
        {
            using var response = await caller.Client.GetAsync($"/api/v1/runs/{run}", Cancelled);
            if ((await response.JsonAsync()).GetProperty("finishedAt").ValueKind == JsonValueKind.String)
                break;
        }
        using var steps = await caller.Client.GetAsync($"/api/v1/runs/{run}/steps", Cancelled);
        return [.. (await steps.JsonAsync()).GetProperty("data").EnumerateArray()];
    }
}
