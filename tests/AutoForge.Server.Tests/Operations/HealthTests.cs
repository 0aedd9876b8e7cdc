using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Operations;
using AutoForge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Server.Tests.Operations;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_GoneAndBack_MakesUnreadyAndReadyAgain()
    {
        using var directory = new TestDirectory();
        var options = new EmbeddedPostgresOptions { DataDirectory = Path.Combine(directory.Path, "postgres"), ContentRoot = PostgresServer.ContentRoot };
        var postgres = await EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, Cancelled);
        await using var node = await TestNode.StartAsync(postgres.ConnectionString, "Logging:LogLevel:Default=None");
        using var client = new HttpClient { BaseAddress = node.Address };
        Assert.Equal((HttpStatusCode.OK, "ok", "ok"), await ReadyAsync(client));

        await postgres.DisposeAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable", "failed"), await ReadyAsync(client));
        // Whoever sends an API key along must not make the process look dead.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/health");
        request.Headers.Authorization = new("Bearer", ApiKeyText.New());
        using var health = await client.SendAsync(request, Cancelled);
        Assert.Equal("""{"status":"ok"}""", await health.Content.ReadAsStringAsync(Cancelled));
        // reliability.md 15: database down is 503, never an answer that nothing stands behind.
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { email = "a@example.com", password = "x" }, Cancelled);
        await login.ProblemAsync(HttpStatusCode.ServiceUnavailable, "database_unavailable");
        Assert.NotNull(login.Headers.RetryAfter?.Delta);

        await using var again = await EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, Cancelled);
        Assert.Equal((HttpStatusCode.OK, "ok", "ok"), await ReadyAsync(client));
        using var refused = await client.PostAsJsonAsync("/api/auth/login", new { email = "a@example.com", password = "x" }, Cancelled);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK, "absent")]
    [InlineData(1, HttpStatusCode.OK, "ok")]
    [InlineData(121, HttpStatusCode.ServiceUnavailable, "failed")]
    public async Task Worker_ByTheAgeOfItsHeartbeat_DecidesReadiness(int? seconds, HttpStatusCode status, string worker)
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        var heartbeat = new WorkerHeartbeat(() => seconds is { } age ? TimeSpan.FromSeconds(age) : null);
        await using var node = await TestNode.StartAsync(connectionString, services => services.AddSingleton(heartbeat), app => { });
        using var client = new HttpClient { BaseAddress = node.Address };

        using var response = await client.GetAsync("/api/ready", Cancelled);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(worker, (await response.JsonAsync()).GetProperty("checks").GetProperty("worker").GetProperty("status").GetString());
    }

    private static async Task<(HttpStatusCode, string?, string?)> ReadyAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/ready", Cancelled);
        JsonElement body = await response.JsonAsync();
        return (response.StatusCode, body.GetProperty("status").GetString(), body.GetProperty("checks").GetProperty("database").GetProperty("status").GetString());
    }
}
