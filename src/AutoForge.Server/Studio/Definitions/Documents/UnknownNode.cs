using System.Text.Json.Nodes;
using AutoForge.Expressions;
using AutoForge.Server.Studio.Descriptors;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>
/// A node whose type this server does not have. One such node blanks Studio's whole canvas, so Studio gets a stand-in that
/// carries the node as text, and the node comes back with what Studio may have changed about it.
/// </summary>
internal static class UnknownNode
{
    private const string Original = "originalActivityJson";

    // What Studio edits of any node.
    private static readonly string[] Common = ["id", "name", "metadata", "customProperties"];

    /// <param name="node">As stored.</param>
    /// <param name="ways">The ways out that lines on the canvas leave by.</param>
    public static JsonObject Show(JsonObject node, IEnumerable<string> ways)
    {
        var shown = new JsonObject
        {
            ["type"] = ActivityToolbox.NotFound,
            ["version"] = 1,
            ["missingTypeName"] = node.Text("type"),
            ["missingTypeVersion"] = node["version"]?.DeepClone(),
            [Original] = node.ToJsonString(),
            [ActivityToolbox.NotFoundWays] = new JsonObject
            {
                ["expression"] = new JsonObject
                {
                    ["type"] = ExpressionTypes.Object,
                    ["value"] = new JsonArray([.. ways.Distinct().Select(way => (JsonNode)way)]).ToJsonString(),
                },
            },
        };
        foreach (var name in Common.Where(name => node[name] is not null))
            shown[name] = node[name]!.DeepClone();
        return shown;
    }

    /// <summary>The node that a stand-in stands for; null when it is none of ours.</summary>
    public static JsonObject? Restore(JsonObject shown)
    {
        if (shown.Text("type") != ActivityToolbox.NotFound || shown.Text(Original) is not { } text || Json.TryParse(text) is not JsonObject node)
            return null;

        foreach (var name in Common)
        {
            if (shown[name] is { } value)
                node[name] = value.DeepClone();
        }
        return node;
    }
}
