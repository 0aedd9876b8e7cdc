using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>A variable as Elsa documents declare it: the initial value is text, and a list is a flag beside the type of its items.</summary>
internal sealed class VariableConverter : WriteOnlyConverter<Variable>
{
    private const string ListSuffix = "[]";

    // Other engines lose the value when a run waits unless a driver is named.
    private const string StorageDriver = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core";

    public override void Write(Utf8JsonWriter writer, Variable value, JsonSerializerOptions options)
    {
        var isList = value.TypeName.EndsWith(ListSuffix, StringComparison.Ordinal);
        new JsonObject
        {
            ["id"] = value.Id,
            ["name"] = value.Name,
            ["typeName"] = isList ? value.TypeName[..^ListSuffix.Length] : value.TypeName,
            ["isArray"] = isList,
            ["value"] = TextOf(value.Value),
            ["storageDriverTypeName"] = StorageDriver,
        }.WriteTo(writer, options);
    }

    private static string? TextOf(object? value) => value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType()) switch
    {
        JsonValue scalar when scalar.TryGetValue(out string? text) => text,
        var node => node!.ToJsonString(),
    };
}
