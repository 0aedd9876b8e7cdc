using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Testing.Running;

/// <summary>An answer with its body read.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    /// <summary>The body of an answer that must have this status.</summary>
    public JsonNode Expect(HttpStatusCode status) =>
        Status == status ? Body ?? new JsonObject() : throw new InvalidOperationException($"Expected {status}, got {Status}: {Body}");
}

/// <summary>A signed-in caller of a running server.</summary>
public sealed class ApiClient(Uri address) : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    public const string Password = "correct horse battery staple";

    public HttpClient Http { get; } = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    public string Email { get; private set; } = "";

    public static async Task<ApiClient> RegisterAsync(Uri address, string? email = null)
    {
        email ??= $"{Ids.NewText()}@example.com";
        var client = new ApiClient(address) { Email = email };
        (await client.PostAsync("/api/auth/register", new JsonObject { ["email"] = email, ["password"] = Password })).Expect(HttpStatusCode.Created);
        await client.LoginAsync();
        return client;
    }

    public async Task LoginAsync()
    {
        var login = (await PostAsync("/api/auth/login", new JsonObject { ["email"] = Email, ["password"] = Password })).Expect(HttpStatusCode.OK);
        Http.DefaultRequestHeaders.Authorization = new("Bearer", login["accessToken"]!.GetValue<string>());
    }

    /// <summary>The same caller at another node.</summary>
    public ApiClient At(Uri other)
    {
        var client = new ApiClient(other) { Email = Email };
        client.Http.DefaultRequestHeaders.Authorization = Http.DefaultRequestHeaders.Authorization;
        return client;
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<ApiAnswer> PostAsync(string path, JsonNode? body = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) });

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) == true;
        return new ApiAnswer(response.StatusCode, text.Length == 0 ? null : isJson ? JsonNode.Parse(text) : JsonValue.Create(text), response.Headers);
    }

    /// <summary>Creates and publishes a workflow; returns the publish answer.</summary>
    public async Task<JsonNode> PublishAsync(JsonObject workflow)
    {
        var created = (await PostAsync("/api/v1/workflows", workflow)).Expect(HttpStatusCode.Created);
        return (await PostAsync($"/api/v1/workflows/{created["definitionId"]}/publish")).Expect(HttpStatusCode.OK);
    }

    public async Task<JsonNode> BalanceAsync() => (await GetAsync("/api/credits/balance")).Expect(HttpStatusCode.OK);

    public async Task<long> AvailableAsync() => (await BalanceAsync())["availableCents"]!.GetValue<long>();

    /// <summary>The run once it has ended.</summary>
    public async Task<JsonNode> EndOfAsync(string runId)
    {
        var deadline = TimeProvider.System.GetUtcNow() + EndLimit;
        while (true)
        {
            var run = (await GetAsync($"/api/v1/runs/{runId}")).Expect(HttpStatusCode.OK);
            if (run["status"]!.GetValue<string>() is "Succeeded" or "Failed" or "Cancelled")
                return run;
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new TimeoutException($"The run has not ended: {run}");
            await Task.Delay(20);
        }
    }

    public async Task<JsonArray> StepsAsync(string runId) =>
        (await GetAsync($"/api/v1/runs/{runId}/steps")).Expect(HttpStatusCode.OK)["data"]!.AsArray();

    public async Task<JsonArray> LedgerAsync(string query = "") =>
        (await GetAsync("/api/credits/ledger" + query)).Expect(HttpStatusCode.OK)["data"]!.AsArray();

    public void Dispose() => Http.Dispose();
}
