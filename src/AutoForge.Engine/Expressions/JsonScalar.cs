using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions;

/// <summary>Opens a JSON scalar to the CLR value that stands for it.</summary>
internal static class JsonScalar
{
    /// <summary>
    /// A string, a bool, or a number: int or long when it is whole and fits, decimal when that keeps every digit, else double.
    /// Null for JSON null.
    /// </summary>
    public static object? Open(JsonValue value)
    {
        if (value.TryGetValue(out JsonElement element))
            return Open(element);

        return value.GetValueKind() switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            _ => value.GetValue<object>(),
        };
    }

    /// <summary>
    /// The string that the JSON would hold. A time that was put in as a CLR value reads the same as after the data has been
    /// stored and loaded, so a run that is resumed sees what it saw before.
    /// </summary>
    public static string? Text(JsonValue value) =>
        value.TryGetValue(out string? text) ? text : JsonSerializer.Deserialize<string>(value.ToJsonString());

    private static object? Open(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element),
        _ => null,
    };

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt32(out var small))
            return small;
        if (element.TryGetInt64(out var large))
            return large;

        // 1e400 or 29 digits do not fit a decimal, and 1e-30 would silently become 0.
        var text = element.GetRawText();
        return text.AsSpan().IndexOfAny('e', 'E') < 0
            && text.Length <= 28
            && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var exact)
                ? exact
                : element.GetDouble();
    }
}
