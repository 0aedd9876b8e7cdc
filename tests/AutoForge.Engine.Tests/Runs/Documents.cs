using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Documents in few words.</summary>
internal static class Documents
{
    public static JsonObject Workflow(JsonObject root, params JsonObject[] variables) => new()
    {
        ["name"] = "Test",
        ["variables"] = new JsonArray([.. variables]),
        ["root"] = root,
    };

    /// <summary>Connections as <c>a &gt; b</c>, or <c>a.Failed &gt; b</c>.</summary>
    public static JsonObject Flowchart(JsonObject[] activities, params string[] connections)
    {
        var chart = Node("Elsa.Flowchart", "chart");
        chart["activities"] = new JsonArray([.. activities]);
        chart["connections"] = new JsonArray([.. connections.Select(Connection)]);
        return chart;
    }

    public static JsonObject Sequence(params JsonObject[] activities) => Container("Elsa.Sequence", "sequence", activities);

    public static JsonObject Container(string type, string id, params JsonObject[] activities)
    {
        var node = Node(type, id);
        node["activities"] = new JsonArray([.. activities]);
        return node;
    }

    public static JsonObject Node(string type, string id) => new() { ["id"] = id, ["name"] = id, ["type"] = type };

    public static JsonObject With(this JsonObject node, string name, JsonNode? value)
    {
        node[name] = value;
        return node;
    }

    public static JsonObject Input(this JsonObject node, string name, string value, string type = "Literal") =>
        node.With(name, new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = type, ["value"] = value } });

    public static JsonObject FromVariable(this JsonObject node, string name, string id) =>
        node.With(name, JsonNode.Parse($$"""{"typeName": "Object", "expression": {"type": "Variable", "value": {"id": "{{id}}", "name": "{{id}}" } } }"""));

    public static JsonObject Output(this JsonObject node, string name, string target) =>
        node.With(name, JsonNode.Parse($$"""{"typeName": "Object", "memoryReference": {"id": "{{target}}" } }"""));

    public static JsonObject Line(string id, string text) => Node("Elsa.WriteLine", id).Input("text", text);

    public static JsonObject LineOf(string id, string variable) => Node("Elsa.WriteLine", id).FromVariable("text", variable);

    public static JsonObject Delay(string id, TimeSpan time) => Node("Elsa.Delay", id).Input("timeSpan", time.ToString());

    public static JsonObject Touch(string id, string effect = "Unsafe") => Node("Test.Touch", id).Input("text", id).Input("effect", effect);

    public static JsonObject Set(string id, string variable, string value) =>
        Node("Elsa.SetVariable", id).With("variable", Variable(variable)).Input("value", value);

    public static JsonObject Variable(string id, string? value = null, string type = "String") =>
        new() { ["id"] = id, ["name"] = id, ["typeName"] = type, ["value"] = value };

    private static JsonObject Connection(string text)
    {
        var ends = text.Split('>', StringSplitOptions.TrimEntries);
        var source = ends[0].Split('.');
        return JsonSerializer.SerializeToNode(new
        {
            source = new { activity = source[0], port = source.Length > 1 ? source[1] : "Done" },
            target = new { activity = ends[1], port = "In" },
        })!.AsObject();
    }
}
