using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Workflows;

/// <summary>Reads the variables of a workflow or container.</summary>
internal static class VariableReader
{
    /// <summary>Leaves out what has no id or a type that means nothing; an initial value that does not fit its type is null. Both as in Elsa.</summary>
    public static List<Variable> Read(JsonNode? list)
    {
        var variables = new List<Variable>();
        foreach (var node in (list as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = node.Text("name") ?? "";
            var typeName = node.Text("typeName") ?? "Object";
            if (node["isArray"] is JsonValue flag && flag.TryGetValue(out bool isArray) && isArray)
                typeName += VariableTypes.ListSuffix;
            if ((node.Text("id") ?? name) is { Length: > 0 } id && VariableTypes.TryResolve(typeName, out _))
                variables.Add(WithValue(new(id, name, null, typeName), node["value"]));
        }

        return variables;
    }

    private static Variable WithValue(Variable variable, JsonNode? value)
    {
        try
        {
            return variable with { Value = VariableTypes.Convert(StepValue.Of(value?.DeepClone()), variable) };
        }
        catch (AutoForgeException)
        {
            return variable;
        }
    }
}
