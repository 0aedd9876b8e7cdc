using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities.Flow;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>The lines of a flowchart in the one shape that Studio reads; a line of any other shape blanks its canvas.</summary>
internal static class Lines
{
    public static JsonArray Show(JsonNode? stored)
    {
        if (stored is not JsonArray list || !list.All(IsComplete))
            return Show(JsonSerializer.SerializeToNode(stored.Deserialize<FlowConnections>() ?? [])!.AsArray());

        var lines = (JsonArray)list.DeepClone();
        foreach (var line in lines.Objects())
        {
            if (line["vertices"] is not JsonArray)
                line["vertices"] = new JsonArray();
        }
        return lines;
    }

    /// <summary>The ways out that lines leave a node by.</summary>
    public static IEnumerable<string> WaysOutOf(JsonNode? lines, string id) =>
        lines.Objects().Where(line => line["source"].Text("activity") == id).Select(line => line["source"].Text("port") ?? "Done");

    private static bool IsComplete(JsonNode? line) => IsEnd(line?["source"]) && IsEnd(line?["target"]);

    private static bool IsEnd(JsonNode? end) => end.Text("activity") is not null && end.Text("port") is { Length: > 0 };
}
