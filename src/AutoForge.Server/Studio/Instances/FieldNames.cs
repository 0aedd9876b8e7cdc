using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Studio.Instances;

/// <summary>The history names fields as documents do; Studio looks for them by the names in the descriptors.</summary>
internal static class FieldNames
{
    public static JsonObject OfInputs(ActivityDescriptor? activity, JsonObject? fields) =>
        Rename(fields, name => activity?.Inputs.FirstOrDefault(input => input.Name == name)?.PropertyName);

    // An output may be read by a name that is not its own.
    public static JsonObject OfOutputs(ActivityDescriptor? activity, JsonObject? fields) =>
        Rename(fields, name => activity?.Outputs.FirstOrDefault(output => output.Name == name)?.Key);

    private static JsonObject Rename(JsonObject? fields, Func<string, string?> nameOf)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in fields ?? [])
            renamed[Pascal(nameOf(name) ?? name)] = value?.DeepClone();
        return renamed;
    }

    private static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];
}
