using System.Text.Json.Nodes;
using AutoForge.Client;
using AutoForge.Testing.Servers;

namespace AutoForge.Sdk.Tests.Client;

public sealed class WorkflowsClientTests : IAsyncLifetime
{
    private const string Stored =
        """
        {"definitionId": "w1", "id": "v1", "version": 3, "name": "Orders", "isLatest": true, "isPublished": false, "publishedVersion": 2,
         "priceCents": 7, "createdAt": "2026-03-01T12:00:00Z", "updatedAt": "2026-03-02T12:00:00Z",
         "root": {"type": "Acme.Thing", "unknown": [1, {"deep": null}]}, "somebodyElses": {"x": 1}}
        """;

    private HttpTarget _server = null!;
    private AutoForgeClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await HttpTarget.StartAsync();
        _client = new AutoForgeClient(new Uri(_server.Url()), "af_live_key");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Get_ThenSave_SendsWhatItDoesNotKnowBackUnchanged()
    {
        _server.Next(200, Stored, "application/json").Next(200, Stored, "application/json");

        var workflow = await _client.Workflows.GetAsync("w 1", Cancelled);
        workflow.Definition.Name = "Orders, renamed";
        await _client.Workflows.SaveAsync("w 1", workflow.Definition, Cancelled);

        Assert.Equal(("w1", "v1", 3, "Orders", false, 2, 7),
            (workflow.DefinitionId, workflow.Id, workflow.Version, workflow.Name, workflow.IsPublished, workflow.PublishedVersion, workflow.PriceCents));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero), workflow.UpdatedAt);
        Assert.Equal([("GET", "/api/v1/workflows/w%201"), ("PUT", "/api/v1/workflows/w%201")], _server.Requests.Select(r => (r.Method, r.Path)));
        var expected = JsonNode.Parse(Stored)!.AsObject();
        expected["name"] = "Orders, renamed";
        foreach (var fact in new[] { "publishedVersion", "priceCents", "createdAt", "updatedAt" })
            expected.Remove(fact);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(_server.Requests[1].Body)), _server.Requests[1].Body);
    }

    [Fact]
    public async Task Get_AnsweredWithSomeOtherJson_IsAnUnexpectedAnswer()
    {
        _server.Next(200, """{"hello": "world"}""", "application/json");

        var refusal = await Assert.ThrowsAsync<AutoForgeApiException>(() => _client.Workflows.GetAsync("w1", Cancelled));

        Assert.Equal("unexpected_answer", refusal.Code);
    }

    [Fact]
    public async Task Run_WithKeyAndInput_SendsThem()
    {
        var runId = Ids.NewId();
        _server.Next(202, $$"""{"runId": "{{runId}}", "status": "Queued"}""", "application/json");

        var started = await _client.Workflows.RunAsync("w1", new JsonObject { ["n"] = 1 }, idempotencyKey: "order-1", correlationId: "c1", cancellationToken: Cancelled);

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("POST", "/api/v1/workflows/w1/run", "order-1", """{"input":{"n":1},"correlationId":"c1"}"""),
            (request.Method, request.Path, request.Header("Idempotency-Key"), request.Body));
        Assert.Equal(new StartedRun(runId, RunStatus.Queued), started);
    }

    [Fact]
    public async Task UpdateConnection_SecretOfNull_IsSentAsNull()
    {
        var id = Ids.NewId();
        _server.Next(200, $$"""{"id": "{{id}}", "name": "n", "type": "http", "settings": {}, "createdAt": "2026-03-01T12:00:00Z", "updatedAt": "2026-03-01T12:00:00Z"}""", "application/json");

        await _client.Connections.UpdateAsync(id, new ConnectionDraft("n", "http", Secrets: new Dictionary<string, string?> { ["token"] = null }), Cancelled);

        Assert.Equal("""{"name":"n","type":"http","secrets":{"token":null}}""", Assert.Single(_server.Requests).Body);
    }
}
