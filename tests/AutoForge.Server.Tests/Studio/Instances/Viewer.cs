using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>What Studio does with runs, for one signed-in account of a server in this process.</summary>
internal sealed class Viewer(Caller caller)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static JsonObject Line(string id = "line") => Draw.Activity(id, "Elsa.WriteLine", ("text", Draw.Literal("hello")));

    public static JsonObject Delay(string id = "wait") => Draw.Activity(id, "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00")));

    // No server is there, and no address of the inside may be called.
    public static JsonObject Failing(string id = "call") => Draw.Activity(id, "AutoForge.HttpRequest",
        ("url", Draw.Literal("http://127.0.0.1:9/")), ("retries", Draw.Literal(0)));

    public HttpClient Client => caller.Client;

    public Guid AccountId => caller.AccountId;

    public async Task<string> CreateAsync(JsonObject workflow) =>
        (await SendAsync(HttpMethod.Post, "/api/v1/workflows", workflow))["definitionId"]!.GetValue<string>();

    public async Task<HttpResponseMessage> ExecuteAsync(string definitionId) =>
        await Client.PostAsJsonAsync($"/elsa/api/workflow-definitions/{definitionId}/execute", new { versionOptions = "Latest" }, Cancelled);

    /// <summary>The Run button; returns the run's id.</summary>
    public async Task<string> RunAsync(string definitionId)
    {
        using var response = await ExecuteAsync(definitionId);
        response.EnsureSuccessStatusCode();
        Assert.Equal("false", response.Headers.GetValues("x-elsa-workflow-cannot-start").Single());
        return response.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    public async Task<string> RunAsync(JsonObject workflow) => await RunAsync(await CreateAsync(workflow));

    /// <summary>The instance once its sub-status is the given one.</summary>
    public async Task<JsonNode> UntilAsync(string runId, string subStatus)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var instance = await GetAsync($"/workflow-instances/{runId}");
            if (instance["subStatus"]!.GetValue<string>() == subStatus)
                return instance;
            Assert.NotEqual("Finished", instance["status"]!.GetValue<string>());
            await Task.Delay(20, limit.Token);
        }
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, "/elsa/api" + path, null);

    public Task<JsonNode> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, "/elsa/api" + path, body);

    public async Task<IReadOnlyList<string>> ListAsync(JsonObject request) =>
        [.. (await PostAsync("/workflow-instances", request))["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    public async Task<IReadOnlyList<(string Event, string Activity)>> JournalAsync(string runId, JsonObject? filter = null) =>
    [
        .. (await PostAsync($"/workflow-instances/{runId}/journal?skip=0&take=110", new JsonObject { ["filter"] = filter }))["items"]!.AsArray()
            .Select(entry => (entry!["eventName"]!.GetValue<string>(), entry["activityId"]!.GetValue<string>())),
    ];

    public async Task<HttpStatusCode> StatusOfAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request, Cancelled);
        return response.StatusCode;
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
