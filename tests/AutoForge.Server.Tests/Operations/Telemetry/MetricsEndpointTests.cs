using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Operations.Telemetry;

/// <summary>A scrape of a real server: who may, and that it tells what happened.</summary>
public sealed partial class MetricsEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Token = "a-token-for-scraping";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterRuns_TellsTheirNumberAndNoAccount()
    {
        var node = await server.StartNodeAsync($"AutoForge:Metrics:Token={Token}");
        using var account = await ApiClient.RegisterAsync(node);
        var id = (await account.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>();
        await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        await RunAsync(account, Draw.Activity("stop", "Elsa.Fault"));
        (await account.PostAsync("/api/webhooks/stripe")).Expect(HttpStatusCode.ServiceUnavailable);

        using var scraper = Scraper(node, Token);
        // The end of a run is committed before it is counted.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (Ends(await scraper.GetStringAsync("/metrics", limit.Token)) < 3)
            await Task.Delay(10, limit.Token);
        using var response = await scraper.GetAsync("/metrics", Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
        Assert.Equal(3, Value(text, """autoforge_accept_requests_total{autoforge_outcome="accepted"}"""));
        Assert.Equal(2, Value(text, """autoforge_run_duration_seconds_count{autoforge_outcome="succeeded"}"""));
        Assert.Equal(1, Value(text, """autoforge_run_duration_seconds_count{autoforge_outcome="failed"}"""));
        Assert.Equal(2, Value(text, """autoforge_run_duration_seconds_bucket{autoforge_outcome="succeeded",le="+Inf"}"""));
        Assert.Equal(3, Value(text, "autoforge_accept_duration_seconds_count"));
        Assert.Equal(1, Value(text, """autoforge_webhook_failures_total{autoforge_sender="stripe"}"""));
        Assert.Equal(1, Value(text, "autoforge_database_up"));
        Assert.True(Value(text, "autoforge_group_size_sum") >= 6);
        Assert.Contains("""db_client_connection_max{db_client_connection_pool_name="autoforge"}""", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(id, text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_client_operation_duration", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_WithoutTokenOrAdministrator_IsNotThere()
    {
        var (open, closed) = (await server.StartNodeAsync($"AutoForge:Metrics:Token={Token}"), server.Address);
        var user = await server.NewCallerAsync();

        foreach (var (node, sent, expected) in new[]
        {
            (open, Token, HttpStatusCode.OK), (open, Token + "x", HttpStatusCode.Unauthorized), (open, "", HttpStatusCode.Unauthorized),
            (closed, Token, HttpStatusCode.Unauthorized), (closed, "", HttpStatusCode.Unauthorized),
        })
        {
            using var scraper = Scraper(node, sent);
            using var response = await scraper.GetAsync("/metrics", Cancelled);
            Assert.Equal(expected, response.StatusCode);
        }
        using var hidden = await user.Client.GetAsync("/metrics", Cancelled);
        await hidden.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await using (var command = server.Database.DataSource.CreateCommand("UPDATE users SET is_admin = true WHERE account_id = @account"))
        {
            command.Parameters.AddWithValue("account", user.AccountId);
            await command.ExecuteNonQueryAsync(Cancelled);
        }
        using var shown = await user.Client.GetAsync("/metrics", Cancelled);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Fact]
    public void Options_ShortToken_IsRefused() =>
        Assert.Contains("Metrics:Token", new ServerOptionsCheck().Validate(null, new ServerOptions { Metrics = { Token = "short" } }).FailureMessage, StringComparison.Ordinal);

    private static double Ends(string text) => text.Split('\n')
        .Where(line => line.StartsWith("autoforge_run_duration_seconds_count{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static double Value(string text, string series) => double.Parse(
        Assert.Single(text.Split('\n'), line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);

    private HttpClient Scraper(Uri node, string token)
    {
        var client = server.NewClient(node);
        if (token.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task RunAsync(ApiClient account, System.Text.Json.Nodes.JsonObject activity)
    {
        var publication = await account.PublishAsync(Draw.Chain("Run", Draw.Webhook(), activity));
        await account.EndOfAsync((string)(await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!);
    }

    [GeneratedRegex("""^(# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? (-?[0-9.]+(E[+-][0-9]+)?|\+Inf|NaN))$""")]
    private static partial Regex Line();
}
