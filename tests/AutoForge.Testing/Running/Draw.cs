using System.Text.Json.Nodes;

namespace AutoForge.Testing.Running;

/// <summary>Draws Elsa 3 workflow JSON.</summary>
public static class Draw
{
    /// <summary>A flowchart of activities joined one after the other by <c>Done</c>.</summary>
    public static JsonObject Chain(string name, params JsonObject[] activities) =>
        Flowchart(name, activities, [.. activities.Zip(activities.Skip(1), (a, b) => Connect(a, "Done", b))]);

    public static JsonObject Flowchart(string name, JsonObject[] activities, JsonObject[] connections) => new()
    {
        ["name"] = name,
        ["root"] = new JsonObject
        {
            ["id"] = "flow",
            ["type"] = "Elsa.Flowchart",
            ["version"] = 1,
            ["activities"] = new JsonArray([.. activities]),
            ["connections"] = new JsonArray([.. connections]),
        },
    };

    public static JsonObject Connect(JsonObject from, string port, JsonObject to) => new()
    {
        ["source"] = new JsonObject { ["activity"] = from["id"]!.DeepClone(), ["port"] = port },
        ["target"] = new JsonObject { ["activity"] = to["id"]!.DeepClone(), ["port"] = "In" },
    };

    public static JsonObject Webhook(string id = "hook", params (string Name, JsonObject Value)[] inputs) => Trigger(id, "AutoForge.Webhook", inputs);

    public static JsonObject Trigger(string id, string type, params (string Name, JsonObject Value)[] inputs)
    {
        var activity = Activity(id, type, inputs);
        activity["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return activity;
    }

    public static JsonObject Activity(string id, string type, params (string Name, JsonObject Value)[] inputs)
    {
        var activity = new JsonObject { ["id"] = id, ["name"] = id, ["type"] = type, ["version"] = 1 };
        foreach (var (name, value) in inputs)
            activity[name] = value;
        return activity;
    }

    public static JsonObject Literal(JsonNode value) => Input("Literal", value);

    public static JsonObject Template(string text) => Input("Template", text);

    private static JsonObject Input(string type, JsonNode value) => new()
    {
        ["typeName"] = "String",
        ["expression"] = new JsonObject { ["type"] = type, ["value"] = value },
    };
}
