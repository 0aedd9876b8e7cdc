using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Engine.Triggers;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Api;

/// <summary>Money rule 1: what was not started for want of balance is visible.</summary>
public sealed class RefusalTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusals_CallsAndSchedulesWithoutBalance_AreListedByWorkflow()
    {
        var caller = await server.NewCallerAsync();
        var byHand = await PublishAsync(caller, Draw.Chain("By hand", Draw.Trigger("start", "AutoForge.Manual")));
        var byHandToo = await PublishAsync(caller, Draw.Chain("By hand too", Draw.Trigger("start", "AutoForge.Manual")));
        var schedule = await PublishAsync(caller, Draw.Chain("Hourly", Draw.Trigger("clock", "AutoForge.Schedule", ("kind", Draw.Literal("hourly")), ("minute", Draw.Literal("0")))));
        await ExecuteAsync($"UPDATE accounts SET available_cents = 0 WHERE id = '{caller.AccountId}'");

        foreach (var workflow in new[] { byHand, byHandToo, byHand })
        {
            using var refused = await caller.Client.PostAsync($"/api/v1/workflows/{workflow}/run", null, Cancelled);
            await refused.ProblemAsync(HttpStatusCode.PaymentRequired, "insufficient_balance");
        }
        await ExecuteAsync($"UPDATE triggers SET next_due_at = date_trunc('hour', now()) WHERE account_id = '{caller.AccountId}' AND enabled AND next_due_at IS NOT NULL");
        await server.Services.GetRequiredService<ScheduleClock>().FireAsync(Cancelled);

        var data = (await GetAsync(caller, "")).GetProperty("data").EnumerateArray().ToList();
        var ofSchedule = Assert.Single(data, r => r.GetProperty("workflowId").GetString() == schedule);
        Assert.Equal((1, "balance", 0), (ofSchedule.GetProperty("times").GetInt32(), ofSchedule.GetProperty("reason").GetString(), ofSchedule.GetProperty("at").GetDateTimeOffset().Minute));
        Assert.Equal(JsonValueKind.String, ofSchedule.GetProperty("triggerId").ValueKind);
        // A minute may pass between two calls.
        Assert.Equal(2, data.Where(r => r.GetProperty("workflowId").GetString() == byHand).Sum(r => r.GetProperty("times").GetInt32()));
        var other = Assert.Single((await GetAsync(caller, $"?workflow={byHandToo}")).GetProperty("data").EnumerateArray());
        Assert.Equal((1, JsonValueKind.Null), (other.GetProperty("times").GetInt32(), other.GetProperty("triggerId").ValueKind));
    }

    [Fact]
    public async Task Refusals_MoreThanAPage_ComeOnceEachNewestFirst()
    {
        var caller = await server.NewCallerAsync();
        var workflow = await PublishAsync(caller, Draw.Chain("Many", Draw.Trigger("start", "AutoForge.Manual")));
        await ExecuteAsync(
            $"""
            INSERT INTO refusals (account_id, workflow_id, trigger_id, reason, slot)
            SELECT '{caller.AccountId}', '{workflow}', gen_random_uuid(), 'balance', timestamptz '2026-01-01 00:00:00.000001Z' + (n / 3) * interval '1 minute'
            FROM generate_series(0, 10) AS n
            """);

        var seen = new List<(DateTimeOffset At, string? Trigger)>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(caller, $"?limit=2&cursor={Uri.EscapeDataString(cursor)}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(r => (r.GetProperty("at").GetDateTimeOffset(), r.GetProperty("triggerId").GetString())));
            cursor = page.GetProperty("nextCursor").GetString();
            Assert.Equal(cursor is not null, page.GetProperty("hasMore").GetBoolean());
        }

        Assert.Equal(11, seen.Distinct().Count());
        Assert.Equal(11, seen.Count);
        Assert.Equal(seen.Select(s => s.At).OrderDescending(), seen.Select(s => s.At));
    }

    [Theory]
    [InlineData("?cursor=x", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("?limit=0", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("?workflow=%00", HttpStatusCode.BadRequest, "bad_request")]
    public async Task Refusals_BadQuery_IsTheCallersMistake(string query, HttpStatusCode status, string code)
    {
        var caller = await server.NewCallerAsync();

        using var response = await caller.Client.GetAsync("/api/v1/refusals" + query, Cancelled);

        await response.ProblemAsync(status, code);
    }

    private static async Task<string> PublishAsync(Caller caller, System.Text.Json.Nodes.JsonObject workflow)
    {
        using var created = await caller.Client.PostAsJsonAsync("/api/v1/workflows", workflow, Cancelled);
        var id = (await created.JsonAsync()).GetProperty("definitionId").GetString()!;
        using var published = await caller.Client.PostAsync($"/api/v1/workflows/{id}/publish", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        return id;
    }

    private static Task<JsonElement> GetAsync(Caller caller, string query) => caller.Client.GetFromJsonAsync<JsonElement>("/api/v1/refusals" + query, Cancelled);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = server.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
