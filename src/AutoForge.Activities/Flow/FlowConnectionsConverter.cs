using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoForge.Activities.Flow;

/// <summary>
/// Reads a list, a single object, or <c>{"$values": […]}</c>; ends nested (<c>source.activity</c>, <c>source.port</c>) or
/// flat (<c>source</c>, <c>sourcePort</c>); names in camelCase or PascalCase. What has no two ends is left out.
/// </summary>
internal sealed class FlowConnectionsConverter : JsonConverter<FlowConnections>
{
    private const string Done = "Done";

    private static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    public override FlowConnections Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var node = JsonNode.Parse(ref reader, AnyCase);
        var items = node switch
        {
            JsonArray list => list,
            JsonObject wrapper when wrapper["$values"] is JsonArray list => list,
            JsonObject single => [single.DeepClone()],
            _ => [],
        };

        var connections = new FlowConnections();
        foreach (var item in items.OfType<JsonObject>())
        {
            var (source, port) = End(item, "source");
            var (target, _) = End(item, "target");
            if (source is not null && target is not null)
                connections.Add(new(source, string.IsNullOrEmpty(port) ? Done : port, target));
        }

        return connections;
    }

    /// <summary>The one shape of them that is written: a list, with nested ends.</summary>
    public override void Write(Utf8JsonWriter writer, FlowConnections value, JsonSerializerOptions options) =>
        new JsonArray([.. value.Select(connection => new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = connection.Source, ["port"] = connection.Port },
            ["target"] = new JsonObject { ["activity"] = connection.Target, ["port"] = "In" },
        })]).WriteTo(writer, options);

    private static (string? Activity, string? Port) End(JsonObject connection, string name) =>
        connection[name] is JsonObject end
            ? (Text(end["activity"]), Text(end["port"]))
            : (Text(connection[name]), Text(connection[$"{name}Port"]));

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
