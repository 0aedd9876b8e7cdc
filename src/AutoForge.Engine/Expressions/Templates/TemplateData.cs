using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using HandlebarsDotNet;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>What a template can do with data: look into JSON, and write it. Any other object has no members and no text.</summary>
internal static class TemplateData
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The helper json writes past the encoder, also into HTML, so it keeps < > & and quotes escaped itself.
    private static readonly JsonSerializerOptions Embeddable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>A property of a JSON object, an entry or the <c>length</c> of a JSON array; null when missing.</summary>
    public static object? Member(object? value, string name) => value switch
    {
        JsonObject json => json.TryGetPropertyValue(name, out var member) ? Open(member) : null,
        JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
            index < list.Count ? Open(list[index]) : null,
        JsonArray list when name == "length" => list.Count,
        TemplateScope scope => scope.Data.GetRoot(name),
        _ => null,
    };

    /// <summary>Scalars as CLR values that Handlebars can judge; a number whose digits would change (1e5) stays JSON.</summary>
    public static object? Open(JsonNode? node)
    {
        if (node is not JsonValue value)
            return node;

        var scalar = JsonScalar.Open(value);
        return scalar is double && value.TryGetValue(out JsonElement _) ? value : scalar;
    }

    /// <summary>What is written for a value, before encoding; null writes nothing.</summary>
    public static string? Text(object? value) => value switch
    {
        null or UndefinedBindingResult => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        RawText raw => raw.Text,
        JsonNode json => json.ToJsonString(Readable),
        int or long or decimal or double or DateTimeOffset or DateTime or TimeSpan or Guid => ScalarText.Of(value),
        IFormattable number when number is uint or ulong or short or ushort or byte or sbyte or float => ScalarText.Of(number),
        _ => null,
    };

    /// <summary>JSON text of a value; what has none is null.</summary>
    public static string Json(object? value) => value switch
    {
        JsonNode json => json.ToJsonString(Embeddable),
        string or bool or int or long or decimal or double => JsonSerializer.Serialize(value, value.GetType(), Embeddable),
        _ => Text(value) is { } text ? JsonSerializer.Serialize(text, Embeddable) : "null",
    };
}

/// <summary>Text that the encoder leaves alone.</summary>
internal sealed record RawText(string Text);
