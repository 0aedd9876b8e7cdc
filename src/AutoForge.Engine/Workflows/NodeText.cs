using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

internal static class NodeText
{
    /// <summary>A property as text; null when it is absent or no text.</summary>
    public static string? Text(this JsonObject node, string name) =>
        node[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
