using System.Globalization;
using System.Xml;

namespace AutoForge.Engine.Expressions;

/// <summary>Text and scalars to scalars.</summary>
internal static class ScalarConversion
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static bool Handles(Type type) =>
        type.IsEnum
        || (Type.GetTypeCode(type) is >= TypeCode.Boolean and <= TypeCode.DateTime)
        || type == typeof(TimeSpan) || type == typeof(DateTimeOffset) || type == typeof(Guid) || type == typeof(Uri);

    /// <summary>Blank text gives null.</summary>
    /// <exception cref="AutoForgeException"><c>value_conversion</c>.</exception>
    public static object? Convert(object value, Type type)
    {
        if (value is string text && string.IsNullOrWhiteSpace(text))
            return null;

        return type switch
        {
            { IsEnum: true } => ToEnum(value, type),
            _ when type == typeof(bool) => ToBool(value),
            _ when type == typeof(TimeSpan) => ToDuration(value),
            _ when type == typeof(DateTimeOffset) => ToTime(value),
            _ when type == typeof(DateTime) => ToTime(value).UtcDateTime,
            _ when type == typeof(Guid) => value is string id && Guid.TryParse(id, out var guid) ? guid : throw Error(value, "an id (UUID)"),
            _ when type == typeof(Uri) => value is string url && Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var uri) ? uri : throw Error(value, "an address (URL)"),
            _ when type == typeof(char) => value is string { Length: 1 } letter ? letter[0] : throw Error(value, "a single character"),
            _ => ToNumber(value, type),
        };
    }

    private static object ToEnum(object value, Type type)
    {
        if (Enum.TryParse(type, ScalarText.Of(value), ignoreCase: true, out var parsed))
            return parsed;

        var names = Enum.GetNames(type);
        throw Error(value, names.Length <= 12 ? $"one of {string.Join(", ", names)}" : $"a known {type.Name}");
    }

    private static bool ToBool(object value) => value switch
    {
        string text when bool.TryParse(text, out var flag) => flag,
        string text when text.Trim() is "1" or "0" => text.Trim() == "1",
        IConvertible and not string and not DateTime and not char => System.Convert.ToBoolean(value, Culture),
        _ => throw Error(value, "true or false"),
    };

    // A bare number would be days to TimeSpan.Parse; nobody who types 5 means to wait until next week.
    private static TimeSpan ToDuration(object value)
    {
        const string Expected = "a duration such as 00:05:00 (hours:minutes:seconds) or PT5M";
        if (value is not string text)
            throw Error(value, Expected);

        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, Culture, out var duration))
            return duration;

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw Error(value, Expected, exception);
        }
    }

    private static DateTimeOffset ToTime(object value) => value switch
    {
        DateTimeOffset time => time,
        DateTime { Kind: DateTimeKind.Unspecified } time => new(time, TimeSpan.Zero),
        DateTime time => new(time),
        string text when DateTimeOffset.TryParse(text, Culture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => throw Error(value, "a date and time such as 2026-03-29T09:00:00Z"),
    };

    private static object ToNumber(object value, Type type)
    {
        var whole = type != typeof(double) && type != typeof(float) && type != typeof(decimal) && type != typeof(Half);
        try
        {
            if (value is string text)
            {
                // Through decimal, so that "3.0" is the whole number 3 and "3.5" is refused instead of rounded.
                value = whole || type == typeof(decimal)
                    ? decimal.Parse(text, NumberStyles.Float, Culture)
                    : double.Parse(text, NumberStyles.Float, Culture);
            }

            if (value is bool or char or DateTime || (whole && value is IFormattable number && !IsWhole(number)))
                throw new FormatException();

            return System.Convert.ChangeType(value, type, Culture);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
        {
            throw Error(value, whole ? $"a whole number that fits {type.Name}" : "a number", exception);
        }
    }

    private static bool IsWhole(IFormattable number) => number switch
    {
        double value => Math.Truncate(value) == value,
        float value => MathF.Truncate(value) == value,
        decimal value => decimal.Truncate(value) == value,
        _ => true,
    };

    private static AutoForgeException Error(object value, string expected, Exception? cause = null) => ValueConversion.Error(value, expected, cause);
}
