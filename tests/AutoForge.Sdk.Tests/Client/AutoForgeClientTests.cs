using System.Net;
using AutoForge.Client;
using AutoForge.Testing.Servers;

namespace AutoForge.Sdk.Tests.Client;

/// <summary>How requests go out and how refusals come back, on a real HTTP server.</summary>
public sealed class AutoForgeClientTests : IAsyncLifetime
{
    private const string Balance = """{"availableCents": 95, "heldCents": 5, "currency": "usd", "newerThanThisSdk": true}""";

    private HttpTarget _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await HttpTarget.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("", "/api/credits/balance")]
    [InlineData("/", "/api/credits/balance")]
    [InlineData("/flows", "/flows/api/credits/balance")]
    [InlineData("/flows/", "/flows/api/credits/balance")]
    public async Task Call_OfAnyAddress_CarriesTheKeyAndKeepsThePath(string path, string expected)
    {
        _server.Next(200, Balance, "application/json");
        using var client = new AutoForgeClient(new Uri(_server.Url(path)), "af_live_key");

        var balance = await client.Credits.BalanceAsync(Cancelled);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("GET", expected, "Bearer af_live_key", "application/json"),
            (request.Method, request.Path, request.Header("Authorization"), request.Header("Accept")));
        Assert.Equal(new Balance(95, 5, "usd"), balance);
    }

    [Fact]
    public async Task Call_WithAClientOfTheCaller_KeepsItsSettingsAndLeavesItOpen()
    {
        _server.Next(200, Balance, "application/json").Next(200, Balance, "application/json");
        using var http = new HttpClient { BaseAddress = new Uri(_server.Url("/flows")), DefaultRequestHeaders = { { "X-Mine", "1" } } };
        using (var client = new AutoForgeClient(http))
            await client.Credits.BalanceAsync(Cancelled);

        using var again = new AutoForgeClient(http);
        await again.Credits.BalanceAsync(Cancelled);

        Assert.All(_server.Requests, request => Assert.Equal(("/flows/api/credits/balance", "1"), (request.Path, request.Header("X-Mine"))));
    }

    [Fact]
    public void Constructor_WithoutAddressOrKey_Throws()
    {
        using var http = new HttpClient();

        Assert.Throws<ArgumentException>(() => new AutoForgeClient(http));
        Assert.Throws<ArgumentException>(() => new AutoForgeClient(new Uri("http://localhost"), " "));
    }

    [Fact]
    public async Task Call_ThatIsRefused_ThrowsTheProblem()
    {
        _server.Next(422,
            """
            {"type": "https://autoforge.dev/problems/workflow_invalid", "title": "The workflow cannot be published yet", "status": 422,
             "code": "workflow_invalid", "detail": "Two fields are wrong.", "traceId": "t1",
             "errors": [{"activityId": "crm", "field": "url", "message": "URL is missing."}, {"field": "name", "message": "Too long."}]}
            """,
            "application/problem+json", ("Retry-After", "7"));
        using var client = Client();

        var refusal = await Assert.ThrowsAsync<AutoForgeApiException>(() => client.Workflows.PublishAsync("w1", Cancelled));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "workflow_invalid", "Two fields are wrong.", "t1"),
            (refusal.Status, refusal.Code, refusal.Detail, refusal.TraceId));
        Assert.Equal([new FieldError("url", "URL is missing.", "crm"), new FieldError("name", "Too long.")], refusal.Errors);
        Assert.Equal(TimeSpan.FromSeconds(7), refusal.RetryAfter);
    }

    [Theory]
    [InlineData(502, "<html>Bad gateway</html>", "text/html")]
    [InlineData(502, "", null)]
    [InlineData(502, "{ broken", "application/problem+json")]
    [InlineData(200, "<html>Sign in to this network</html>", "text/html")]
    [InlineData(200, "null", "application/json")]
    [InlineData(200, """{"heldCents": "many"}""", "application/json")]
    public async Task Call_AnsweredBySomethingElse_IsAnUnexpectedAnswer(int status, string body, string? contentType)
    {
        _server.Next(status, body, contentType);
        using var client = Client();

        var refusal = await Assert.ThrowsAsync<AutoForgeApiException>(() => client.Credits.BalanceAsync(Cancelled));

        Assert.Equal(((HttpStatusCode)status, "unexpected_answer"), (refusal.Status, refusal.Code));
        Assert.Empty(refusal.Errors);
    }

    private AutoForgeClient Client() => new(new Uri(_server.Url()), "af_live_key");
}
