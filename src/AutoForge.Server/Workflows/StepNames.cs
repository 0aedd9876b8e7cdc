using System.Text.Json.Nodes;

namespace AutoForge.Server.Workflows;

/// <summary>What people call the steps of a workflow.</summary>
internal static class StepNames
{
    /// <summary>The text on the canvas, else the name, else the id; null for an id that no activity has.</summary>
    public static string? Of(JsonObject document, string activityId) =>
        activityId.Length > 0 && Find(document["root"], activityId) is { } activity ? Of(activity) : null;

    public static string Of(JsonObject activity) =>
        Text(activity["metadata"]?["displayText"]) ?? Text(activity["name"]) ?? Text(activity["id"]) ?? "";

    private static JsonObject? Find(JsonNode? node, string id) => node switch
    {
        JsonObject o when Text(o["id"]) == id && o.ContainsKey("type") => o,
        JsonObject o => o.Select(property => Find(property.Value, id)).FirstOrDefault(found => found is not null),
        JsonArray a => a.Select(item => Find(item, id)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
