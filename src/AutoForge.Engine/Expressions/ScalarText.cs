using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions;

/// <summary>The text of a scalar, the same in every culture.</summary>
internal static class ScalarText
{
    /// <summary>Numbers of JSON keep their digits as written (12.50 stays 12.50); true is <c>True</c>, as in Elsa. Null for JSON null.</summary>
    public static string? Of(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => JsonScalar.Text(value),
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        JsonValueKind.Null => null,
        _ => value.ToJsonString(),
    };

    /// <summary>Times as ISO 8601 with their offset, durations as <c>[d.]hh:mm:ss[.fffffff]</c>. Null when it is no scalar.</summary>
    public static string? Of(object value) => value switch
    {
        string text => text,
        bool flag => flag ? bool.TrueString : bool.FalseString,
        JsonValue json => Of(json),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture),
        Enum or Uri or char => value.ToString(),
        IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
