using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>Reads documents that may hold anything anywhere.</summary>
internal static class Json
{
    /// <summary>A property as text; null when it is absent or no text.</summary>
    public static string? Text(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>What Studio would show of a value: texts as they are, everything else as JSON.</summary>
    public static string Shown(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "";

    /// <summary>Null when the text is not JSON.</summary>
    public static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static IEnumerable<JsonObject> Objects(this JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
