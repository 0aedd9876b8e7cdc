using System.Collections.Frozen;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Workflows;

/// <summary>The type names of variables in Elsa's documents, and what their values are here.</summary>
internal static class VariableTypes
{
    /// <summary>Follows the name of a type to say: a list of it.</summary>
    public const string ListSuffix = "[]";

    // Expressions know a few scalar types only: narrow numbers are kept as wider ones.
    private static readonly FrozenDictionary<string, Type> ByAlias = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["Int16"] = typeof(int),
        ["Int32"] = typeof(int),
        ["Int64"] = typeof(long),
        ["Long"] = typeof(long),
        ["Single"] = typeof(double),
        ["Double"] = typeof(double),
        ["Decimal"] = typeof(decimal),
        ["Boolean"] = typeof(bool),
        ["String"] = typeof(string),
        ["Guid"] = typeof(Guid),
        ["DateTime"] = typeof(DateTimeOffset),
        ["DateTimeOffset"] = typeof(DateTimeOffset),
        ["TimeSpan"] = typeof(TimeSpan),
        ["Object"] = typeof(object),
        ["Stream"] = typeof(object),
        ["ByteArray"] = typeof(object),
        ["JSON"] = typeof(JsonNode),
        ["JsonElement"] = typeof(JsonNode),
        ["JsonNode"] = typeof(JsonNode),
        ["JsonObject"] = typeof(JsonObject),
        ["StringDictionary"] = typeof(JsonObject),
        ["ObjectDictionary"] = typeof(JsonObject),
        ["StringMap"] = typeof(JsonObject),
        ["ObjectMap"] = typeof(JsonObject),
        ["HttpRequest"] = typeof(object),
        ["HttpResponse"] = typeof(object),
        ["HttpResponseMessage"] = typeof(object),
        ["HttpHeaders"] = typeof(object),
        ["RouteData"] = typeof(object),
        ["FormFile"] = typeof(object),
        ["HttpFile"] = typeof(object),
        ["Downloadable"] = typeof(object),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>False for a name that means nothing: Elsa drops such a variable.</summary>
    public static bool TryResolve(string typeName, out Type type)
    {
        if (typeName.EndsWith(ListSuffix, StringComparison.Ordinal))
        {
            type = typeof(JsonArray);
            return TryResolve(typeName[..^ListSuffix.Length], out _);
        }

        if (ByAlias.TryGetValue(typeName, out type!))
            return true;

        // An assembly-qualified name: a scalar by its last part, anything else as plain data.
        var comma = typeName.IndexOf(',', StringComparison.Ordinal);
        type = typeof(object);
        if (comma < 0)
            return false;

        var fullName = typeName[..comma];
        if (ByAlias.TryGetValue(fullName[(fullName.LastIndexOf('.') + 1)..], out var known))
            type = known;
        return true;
    }

    /// <summary>A value as the variable keeps it.</summary>
    /// <exception cref="AutoForgeException"><c>value_conversion</c>.</exception>
    public static object? Convert(object? value, Variable variable) =>
        StepValue.Of(TryResolve(variable.TypeName, out var type) ? ValueConversion.Convert(value, type) : value);
}
