using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Api;

/// <summary>The database stalls under load: callers are turned away with 503 and <c>Retry-After</c>, what waits is bounded, and it mends itself (reliability 11, 15, 17).</summary>
public sealed class BackpressureTests : IAsyncLifetime
{
    private const int BodyBytes = 900_000;

    // More than may wait on a node, in bytes.
    private static readonly int Calls = (int)(RunAcceptance.MostWaiting / BodyBytes) + 30;

    private string _connectionString = "";
    private DatabaseProxy _proxy = null!;
    private TestNode _node = null!;
    private ApiClient _account = null!;
    private HttpClient _callers = null!;
    private string _hook = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await PostgresServer.CreateDatabaseAsync();
        _proxy = new DatabaseProxy(_connectionString);
        _node = await TestNode.StartAsync(_proxy.ConnectionString, "Logging:LogLevel:Default=None", "AutoForge:WelcomeCreditCents=100000");
        _callers = new HttpClient { BaseAddress = _node.Address };
        _account = await ApiClient.RegisterAsync(_node.Address);
        var publication = await _account.PublishAsync(Draw.Chain("Hook", Draw.Webhook(), Draw.Activity("line", "Elsa.WriteLine")));
        _hook = new Uri((string)publication["triggers"]![0]!["url"]!).AbsolutePath;
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Restore();
        _callers.Dispose();
        _account.Dispose();
        await _node.DisposeAsync();
        await _proxy.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task Webhooks_DatabaseStalls_Are503NotStoredWithoutBoundAndEach202IsCharged()
    {
        // The address is known, so that calls come as far as acceptance.
        var warm = await CallAsync("warm-up", "{}");
        Assert.Equal(HttpStatusCode.Accepted, warm.Status);
        await _account.EndOfAsync(warm.RunId!);

        _proxy.Freeze();
        var large = JsonSerializer.Serialize(new string('x', BodyBytes));
        var stalled = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => CallAsync($"order-{i}", large)));
        _proxy.Restore();

        Assert.All(stalled, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "database_unavailable", true), (answer.Status, answer.Code, answer.SaysWhen)));
        // Nobody has to mend anything: senders try again until they are heard.
        var runs = new List<string>();
        for (var i = 0; i < Calls; i++)
            runs.Add(await UntilAcceptedAsync($"order-{i}"));
        foreach (var run in runs)
            Assert.Equal("Succeeded", (string)(await _account.EndOfAsync(run))["status"]!);

        Assert.Equal(Calls, runs.Distinct().Count());
        Assert.Equal(100_000 - 5 * (Calls + 1), await _account.AvailableAsync());
        Assert.DoesNotContain(await _node.App.Services.GetRequiredService<LedgerVerifier>().VerifyAsync(Cancelled), result => result.Violations > 0);
    }

    [Fact]
    public async Task Accept_MoreInputThanMayWait_IsRefusedBeforeTheDatabaseAnswers()
    {
        var acceptance = _node.App.Services.GetRequiredService<RunAcceptance>();
        // The first statement of every group waits for it.
        await using var direct = Npgsql.NpgsqlDataSource.Create(_connectionString);
        await using var connection = await direct.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE accounts", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancelled);

        var half = Enumerable.Range(0, 3).Select(_ => acceptance.AcceptAsync(Request(RunAcceptance.MostWaiting / 2), Cancelled)).ToList();

        // The third is one too many; the others are still waited for.
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => half[2]);
        Assert.Contains("Too much", refused.Message, StringComparison.Ordinal);
        Assert.False(half[0].IsCompleted || half[1].IsCompleted);

        // And not for ever.
        foreach (var given in half[..2])
            Assert.Contains("too long", (await Assert.ThrowsAsync<DatabaseUnavailableException>(() => given)).Message, StringComparison.Ordinal);
    }

    private static AcceptRequest Request(long bytes) => new()
    {
        AccountId = Ids.NewId(),
        WorkflowId = "none",
        WorkflowName = "None",
        TriggerId = Guid.Empty,
        TriggerType = "AutoForge.Manual",
        Version = 1,
        PriceCents = 5,
        Payload = new byte[bytes],
    };

    private async Task<string> UntilAcceptedAsync(string key)
    {
        while (true)
        {
            var answer = await CallAsync(key, "{}");
            if (answer.RunId is { } run)
                return run;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            await Task.Delay(50, Cancelled);
        }
    }

    private async Task<Answer> CallAsync(string key, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _hook) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await _callers.SendAsync(request, Cancelled);
        var body = await response.JsonAsync();
        return response.StatusCode == HttpStatusCode.Accepted
            ? new Answer(response.StatusCode, body.GetProperty("runId").GetString(), null, false)
            : new Answer(response.StatusCode, null, body.GetProperty("code").GetString(), response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
    }

    private sealed record Answer(HttpStatusCode Status, string? RunId, string? Code, bool SaysWhen);
}
