using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio;

/// <summary>What Studio does with workflows, for one signed-in account.</summary>
internal sealed class Designer(ApiClient account)
{
    public const string Api = "/elsa/api";

    public ApiClient Account => account;

    public static JsonObject Connection(string source, string port, string target) => new()
    {
        ["source"] = new JsonObject { ["activity"] = source, ["port"] = port },
        ["target"] = new JsonObject { ["activity"] = target, ["port"] = "In" },
        ["vertices"] = new JsonArray(),
    };

    /// <summary>As the dialog creates it.</summary>
    public async Task<JsonNode> CreateAsync(string name = "Workflow 1") => (await SaveAsync(new JsonObject
    {
        ["id"] = null,
        ["definitionId"] = null,
        ["name"] = name,
        ["version"] = 1,
        ["toolVersion"] = "3.8.0.0",
        ["variables"] = null,
        ["options"] = null,
        ["customProperties"] = null,
        ["root"] = new JsonObject { ["id"] = "fc1", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["name"] = "Flowchart1" },
    })).Expect(HttpStatusCode.OK)["workflowDefinition"]!;

    /// <summary>A workflow that came over the API, as Studio shows it.</summary>
    public async Task<JsonNode> ImportedAsync(JsonObject document)
    {
        var created = (await account.PostAsync("/api/v1/workflows", document)).Expect(HttpStatusCode.Created);
        return await OpenAsync(created["definitionId"]!.GetValue<string>());
    }

    public Task<ApiAnswer> SaveAsync(JsonNode model, bool publish = false) =>
        PostAsync("/workflow-definitions", new JsonObject { ["model"] = Sent(model), ["publish"] = publish });

    /// <summary>Saves and gives what replaces the copy of the canvas.</summary>
    public async Task<JsonNode> SavedAsync(JsonNode model, bool publish = false) =>
        (await SaveAsync(model, publish)).Expect(HttpStatusCode.OK)["workflowDefinition"]!;

    public async Task<JsonNode> OpenAsync(string definitionId, string versionOptions = "Latest") =>
        (await GetAsync($"/workflow-definitions/by-definition-id/{definitionId}?versionOptions={versionOptions}")).Expect(HttpStatusCode.OK);

    public async Task<JsonNode> StoredAsync(JsonNode definition) =>
        (await account.GetAsync($"/api/v1/workflows/{IdOf(definition)}")).Expect(HttpStatusCode.OK);

    public Task<ApiAnswer> GetAsync(string path) => account.GetAsync(Api + path);

    public Task<ApiAnswer> PostAsync(string path, JsonNode? body = null) => account.PostAsync(Api + path, body ?? new JsonObject());

    public Task<ApiAnswer> DeleteAsync(string path) => account.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Api + path));

    public async Task<JsonNode> ListAsync(string query) => (await GetAsync("/workflow-definitions?" + query)).Expect(HttpStatusCode.OK);

    public static string IdOf(JsonNode definition) => definition["definitionId"]!.GetValue<string>();

    public static string VersionIdOf(JsonNode definition) => definition["id"]!.GetValue<string>();

    public static JsonArray StepsOf(JsonNode definition) => definition["root"]!["activities"]!.AsArray();

    public static JsonNode Step(JsonNode definition, string id) => StepsOf(definition).Single(step => step!["id"]!.GetValue<string>() == id)!;

    /// <summary>The messages of a refusal, as Studio shows them.</summary>
    public static string[] Refusals(ApiAnswer answer) =>
        [.. answer.Expect(HttpStatusCode.BadRequest)["errors"]!.AsObject().SelectMany(field => field.Value!.AsArray()).Select(message => message!.GetValue<string>())];

    // Studio's model has these properties and drops all others.
    private static JsonObject Sent(JsonNode model)
    {
        string[] known =
        [
            "id", "definitionId", "name", "description", "version", "toolVersion", "variables", "inputs", "outputs", "outcomes",
            "options", "customProperties", "isLatest", "isPublished", "createdAt", "root",
        ];
        var sent = new JsonObject();
        foreach (var name in known)
            sent[name] = model[name]?.DeepClone();
        return sent;
    }
}
