using System.Net;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Server.Tests.Operations;

/// <summary>A plan's requests per minute: told with every answer, refused beyond, and counted for each account by itself.</summary>
public sealed class ApiRateLimitTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_BeyondThePlan_IsRefusedWithWhenToComeAgain()
    {
        var node = await server.StartNodeAsync("AutoForge:RateLimits:Enabled=true");
        var (limited, other) = (await server.NewCallerAsync(), await server.NewCallerAsync());
        await LimitAsync(limited.AccountId, 3);
        using var client = At(node, limited);
        using var another = At(node, other);

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 8; i++)
            answers.Add(await client.GetAsync("/api/credits/balance", Cancelled));
        using var unlimited = await another.GetAsync("/api/credits/balance", Cancelled);

        // Eight requests may lie on two minutes; three of each are let through.
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 3, 6);
        Assert.Equal("\"account\";q=3;w=60", answers[0].Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"account\";r=2", answers[0].Headers.GetValues("RateLimit").Single());
        var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.OK);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("\"account\";r=0", refused.Headers.GetValues("RateLimit").Single());
        Assert.Equal(HttpStatusCode.OK, unlimited.StatusCode);
        answers.ForEach(answer => answer.Dispose());
    }

    private HttpClient At(Uri node, Caller caller)
    {
        var client = server.NewClient(node);
        client.DefaultRequestHeaders.Authorization = caller.Client.DefaultRequestHeaders.Authorization;
        return client;
    }

    private async Task LimitAsync(Guid account, int requests)
    {
        await using var connection = await server.Services.GetRequiredService<Database>().ConnectAsync(Cancelled);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AccountLimits.SetCommand(account, new PlanLimits(ApiRequestsPerMinute: requests)) } };
        await batch.ExecuteNonQueryAsync(Cancelled);
    }
}
