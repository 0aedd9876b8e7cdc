using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions;

/// <summary>Turns what an expression gave into the type that an input wants, by the rules of Elsa's literals.</summary>
/// <remarks>
/// The rules in order: null stays null; a value of the target type stays; <c>object</c> takes anything (JSON scalars as CLR
/// values); text is parsed; collections and objects are converted part by part. Blank text is null for every target but text.
/// </remarks>
internal static class ValueConversion
{
    public const string ErrorCode = "value_conversion";

    // Names and umlauts stay readable: what goes into HTML or a URL is encoded there, not here.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 32,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="AutoForgeException"><c>value_conversion</c>: the value does not fit; the message says what was expected.</exception>
    public static object? Convert(object? value, Type target)
    {
        if (value is null || (target != typeof(object) && target.IsInstanceOfType(value)))
            return value;

        if (typeof(JsonNode).IsAssignableFrom(target))
            return ToJson(value, target);
        if (value is JsonElement element)
            value = JsonSerializer.SerializeToNode(element);
        if (value is JsonValue scalar)
            value = target == typeof(string) ? ScalarText.Of(scalar) : JsonScalar.Open(scalar);
        if (value is null || target.IsInstanceOfType(value))
            return value;

        if (target == typeof(string))
            return ScalarText.Of(value) ?? ToText(value);

        var type = Nullable.GetUnderlyingType(target) ?? target;
        if (ScalarConversion.Handles(type))
            return ScalarConversion.Convert(value, type);
        if (CollectionConversion.Handles(type))
            return CollectionConversion.Convert(value, type);
        return ToOther(value, type);
    }

    private static string ToText(object value) =>
        value is JsonNode node ? node.ToJsonString(Json) : JsonSerializer.Serialize(value, value.GetType(), Json);

    private static JsonNode? ToJson(object value, Type target)
    {
        var node = value switch
        {
            JsonNode json => json,
            string text => ParseOrKeep(text, target),
            _ => JsonSerializer.SerializeToNode(value, value.GetType(), Json),
        };

        return node is null || target.IsInstanceOfType(node)
            ? node
            : throw Error(value, target == typeof(JsonObject) ? "a JSON object" : target == typeof(JsonArray) ? "a JSON list" : "a JSON value");
    }

    // Text that is not JSON is a fine JSON value too: a string. Only who asks for an object or a list is told that it is wrong.
    private static JsonNode? ParseOrKeep(string text, Type target)
    {
        if (string.IsNullOrWhiteSpace(text))
            return target == typeof(JsonNode) || target == typeof(JsonValue) ? JsonValue.Create(text) : null;

        try
        {
            return JsonNode.Parse(text, documentOptions: new() { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static object? ToOther(object value, Type type)
    {
        try
        {
            return value switch
            {
                string text when string.IsNullOrWhiteSpace(text) => null,
                string text => JsonSerializer.Deserialize(text, type, Json),
                JsonNode node => node.Deserialize(type, Json),
                IConvertible when typeof(IConvertible).IsAssignableFrom(type) && type != typeof(DateTime) =>
                    System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture),
                _ => JsonSerializer.SerializeToNode(value, value.GetType(), Json).Deserialize(type, Json),
            };
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException or InvalidCastException or OverflowException)
        {
            throw Error(value, $"a value of type {type.Name}", exception);
        }
    }

    internal static AutoForgeException Error(object value, string expected, Exception? cause = null)
    {
        const int Shown = 40;
        var text = value switch
        {
            string plain => $"'{plain}'",
            JsonObject => "A JSON object",
            JsonArray or (IEnumerable and not JsonNode) => "A list",
            _ => $"'{ScalarText.Of(value) ?? value.GetType().Name}'",
        };
        return new(ErrorCode, $"{(text.Length > Shown ? $"{text[..Shown]}…'" : text)} is not {expected}.", cause);
    }
}
