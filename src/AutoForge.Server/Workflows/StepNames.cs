using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Workflows;

/// <summary>What people call the steps of a workflow.</summary>
internal static class StepNames
{
    /// <summary>Null for an id that no activity of the document has.</summary>
    public static string? Of(JsonObject document, string activityId, ActivityCatalogue catalogue) =>
        activityId.Length > 0 && Find(document["root"], activityId) is { } activity ? Of(activity, catalogue) : null;

    /// <summary>The text on the canvas, else a name that somebody chose, else the activity's own words: <c>HttpRequest2</c> → HTTP request 2.</summary>
    public static string Of(JsonObject activity, ActivityCatalogue catalogue)
    {
        if (Text(activity["metadata"]?["displayText"]) is { } shown)
            return shown;
        var type = Text(activity["type"]) ?? "";
        var name = Text(activity["name"]) ?? Text(activity["id"]) ?? "";
        if (catalogue.Find(type) is not { } descriptor)
            return name;
        var made = type[(type.LastIndexOf('.') + 1)..];
        return name.StartsWith(made, StringComparison.Ordinal) && int.TryParse(name.AsSpan(made.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number == 1 ? descriptor.DisplayName : $"{descriptor.DisplayName} {number}"
            : name;
    }

    /// <summary>A name that no activity has yet: the type's short name and a number, as designers make them.</summary>
    public static string New(IEnumerable<JsonObject> activities, string type)
    {
        var made = type[(type.LastIndexOf('.') + 1)..];
        var taken = activities.Select(activity => Text(activity["name"])).ToHashSet();
        return Enumerable.Range(1, int.MaxValue).Select(number => $"{made}{number}").First(name => !taken.Contains(name));
    }

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
