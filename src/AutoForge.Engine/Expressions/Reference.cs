using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions;

/// <summary>What Variable and Input expressions point at: an object such as <c>{"id", "name"}</c>, or the same as JSON text.</summary>
internal static class Reference
{
    /// <exception cref="AutoForgeException"><c>expression_invalid</c> with the message <paramref name="whenMissing"/>.</exception>
    public static string Read(JsonNode? value, string property, string whenMissing)
    {
        if (value is JsonValue scalar && scalar.TryGetValue(out string? text))
            value = Parse(text);

        return value is JsonObject reference
            && reference[property] is JsonValue name
            && name.TryGetValue(out string? found)
            && found.Length > 0
                ? found
                : throw new AutoForgeException("expression_invalid", whenMissing);
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
