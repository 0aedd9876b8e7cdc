using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Expressions;

namespace AutoForge.Engine.Steps;

/// <summary>Values as expressions know them: a few scalar types and <see cref="JsonNode"/> (see <see cref="ExpressionData"/>).</summary>
internal static class StepValue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Whatever an activity gave, as an expression sees it.</summary>
    public static object? Of(object? value) => value switch
    {
        null or string or bool or int or long or double or decimal or DateTimeOffset or TimeSpan or Guid => value,
        JsonValue scalar => Of(JsonScalar.Open(scalar)),
        JsonNode => value,
        JsonElement element => Of(ToNode(element)),
        Enum or char or Uri => value.ToString(),
        byte or sbyte or short or ushort => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        uint => (long)(uint)value,
        ulong or float or Half => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        DateTime time => time.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(time, TimeSpan.Zero) : new DateTimeOffset(time),
        _ => ToNode(value),
    };

    /// <summary>A value as JSON that nobody else holds, so that it may be put anywhere.</summary>
    public static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        string text => JsonValue.Create(text),
        TimeSpan duration => JsonValue.Create(duration.ToString("c", CultureInfo.InvariantCulture)),
        Enum => JsonValue.Create(value.ToString()),
        _ => JsonSerializer.SerializeToNode(value, value.GetType(), Json),
    };

    /// <summary>The same as if it had been stored and read back: what a later walk of the run will see.</summary>
    public static JsonNode? ToStoredNode(object? value) => value switch
    {
        null or string or bool or int or long => ToNode(value),
        _ => JsonNode.Parse(ToNode(value)!.ToJsonString()),
    };
}
