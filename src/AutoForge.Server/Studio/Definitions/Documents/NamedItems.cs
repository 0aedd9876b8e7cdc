using System.Text.Json.Nodes;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>
/// Variables, inputs and outputs of a workflow. Studio sends back the properties that it knows, with values as text, so what
/// is stored shines through.
/// </summary>
internal static class NamedItems
{
    /// <summary>Gives every item what Studio needs.</summary>
    public static void Show(JsonArray items, string key)
    {
        items.RemoveAll(item => item is not JsonObject);
        foreach (var item in items.Objects())
        {
            foreach (var absent in item.Where(property => property.Value is null).Select(property => property.Key).ToArray())
                item.Remove(absent);
            item[key] ??= item["name"]?.DeepClone() ?? "";
        }
    }

    /// <summary>The items that were sent, each on top of the stored one with the same key.</summary>
    public static JsonArray Restore(JsonArray sent, JsonNode? stored, string key)
    {
        var known = stored.Objects().GroupBy(item => item.Text(key) ?? item.Text("name") ?? "").ToDictionary(twins => twins.Key, twins => twins.First());
        return [.. sent.Objects().Select(item => (JsonNode)Overlay(known.GetValueOrDefault(item.Text(key) ?? ""), item))];
    }

    /// <summary>What was sent on top of what is stored. Studio sends null and false for what it was not told.</summary>
    public static JsonObject Overlay(JsonObject? stored, JsonObject sent)
    {
        var result = (JsonObject?)stored?.DeepClone() ?? [];
        foreach (var (name, value) in sent)
        {
            if (IsSame(stored?[name], value))
                continue;
            if (value is null)
                result.Remove(name);
            else
                result[name] = value.DeepClone();
        }
        return result;
    }

    private static bool IsSame(JsonNode? stored, JsonNode? sent) => stored switch
    {
        null => sent is null || sent.ToJsonString() == "false",
        JsonValue scalar when scalar.TryGetValue(out bool flag) => sent.Shown() is var text && (text == $"{flag}" || text == (flag ? "true" : "false")),
        _ => sent is not null && (stored.Shown() == sent.Shown() || (stored is not JsonValue && JsonNode.DeepEquals(stored, Json.TryParse(sent.Shown())))),
    };
}
