using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Api;

/// <summary>202 only after the commit, 503 when it cannot be made durable, and one run for one key whatever was lost (reliability 4, 15, 16).</summary>
public sealed class DatabaseUnavailableTests : IAsyncLifetime
{
    private string _connectionString = "";
    private DatabaseProxy _proxy = null!;
    private TestNode _node = null!;
    private HttpClient _client = null!;
    private string _hook = "";
    private string _workflow = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await PostgresServer.CreateDatabaseAsync();
        _proxy = new DatabaseProxy(_connectionString);
        _node = await TestNode.StartAsync(_proxy.ConnectionString, "Logging:LogLevel:Default=None");
        _client = new HttpClient { BaseAddress = _node.Address };
        var credentials = new { email = "a@example.com", password = TestServer.Password };
        using var registered = await _client.PostAsJsonAsync("/api/auth/register", credentials, Cancelled);
        using var signedIn = await _client.PostAsJsonAsync("/api/auth/login", credentials, Cancelled);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await signedIn.JsonAsync()).GetProperty("accessToken").GetString());
        using var created = await _client.PostAsJsonAsync("/api/v1/workflows", Draw.Chain("Hook", Draw.Webhook()), Cancelled);
        _workflow = (await created.JsonAsync()).GetProperty("definitionId").GetString()!;
        using var published = await _client.PostAsync($"/api/v1/workflows/{_workflow}/publish", null, Cancelled);
        _hook = new Uri((await published.JsonAsync()).GetProperty("triggers")[0].GetProperty("url").GetString()!).AbsolutePath;
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Restore();
        _client.Dispose();
        await _node.DisposeAsync();
        await _proxy.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task Webhook_DatabaseAway_Is503AndAfterwardsTheKeyGivesOneRun()
    {
        _proxy.Cut();
        using (var refused = await CallAsync(_hook, "order-1"))
            await AssertUnavailableAsync(refused);
        using (var unkeyed = await CallAsync(_hook, null))
            await AssertUnavailableAsync(unkeyed);
        _proxy.Restore();
        Assert.Equal((0, 0), await StoredAsync());

        using var accepted = await CallAsync(_hook, "order-1");
        using var again = await CallAsync(_hook, "order-1");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (accepted.StatusCode, again.StatusCode));
        Assert.Equal(await RunOfAsync(accepted), await RunOfAsync(again));
        Assert.False(accepted.Headers.Contains("Idempotent-Replayed"));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal((1, 1), await StoredAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Webhook_ConnectionLostAtTheCommit_Is503AndTheKeyGivesOneRun(bool isCommitted)
    {
        // The trigger is looked up and its run has ended, so that the next commit is the acceptance.
        using (var warmUp = await CallAsync(_hook, "warm-up"))
        using (var owner = new ApiClient(_node.Address))
        {
            owner.Http.DefaultRequestHeaders.Authorization = _client.DefaultRequestHeaders.Authorization;
            await owner.EndOfAsync((await RunOfAsync(warmUp))!);
        }
        var before = await StoredAsync();
        if (isCommitted)
            _proxy.LoseNextCommitAnswer();
        else
            _proxy.LoseNextCommit();

        using (var refused = await CallAsync(_hook, "order-2"))
            await AssertUnavailableAsync(refused);
        Assert.Equal(isCommitted ? (before.Runs + 1, before.Holds + 1) : before, await StoredAsync());
        using var accepted = await CallAsync(_hook, "order-2");

        Assert.Equal((HttpStatusCode.Accepted, isCommitted), (accepted.StatusCode, accepted.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal((before.Runs + 1, before.Holds + 1), await StoredAsync());
    }

    [Fact]
    public async Task EveryOtherCall_DatabaseAway_Is503AndNotAnInventedAnswer()
    {
        _proxy.Cut();
        foreach (var path in new[] { "/api/v1/runs", "/api/v1/workflows", $"/api/v1/workflows/{_workflow}", "/api/credits/balance", "/api/v1/refusals", "/api/v1/connections" })
        {
            using var response = await _client.GetAsync(path, Cancelled);
            await AssertUnavailableAsync(response);
        }
        foreach (var path in new[] { $"/api/v1/workflows/{_workflow}/run", $"/api/v1/workflows/{_workflow}/publish", $"/api/v1/runs/{Ids.NewId()}/cancel" })
        {
            using var response = await _client.PostAsync(path, null, Cancelled);
            await AssertUnavailableAsync(response);
        }
    }

    private async Task<HttpResponseMessage> CallAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { order = 1 }) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await _client.SendAsync(request, Cancelled);
    }

    private static async Task AssertUnavailableAsync(HttpResponseMessage response)
    {
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "database_unavailable");
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
    }

    private static async Task<string?> RunOfAsync(HttpResponseMessage response) => (await response.JsonAsync()).GetProperty("runId").GetString();

    private async Task<(long Runs, long Holds)> StoredAsync()
    {
        await using var direct = Npgsql.NpgsqlDataSource.Create(_connectionString);
        await using var command = direct.CreateCommand("SELECT (SELECT COUNT(*) FROM runs), (SELECT COUNT(*) FROM ledger_entries WHERE type = 'hold')");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        await reader.ReadAsync(Cancelled);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
