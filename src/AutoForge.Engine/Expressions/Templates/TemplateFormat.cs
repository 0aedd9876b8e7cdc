using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>The helpers date and number: .NET format strings in the invariant culture. Missing values stay missing.</summary>
internal static class TemplateFormat
{
    private const int MaxFormatLength = 64;

    // Numbers above it are milliseconds since 1970; as seconds they would lie beyond the year 5000.
    private const long SecondsLimit = 100_000_000_000;

    /// <param name="value">ISO 8601 text (UTC when it has no offset), or seconds or milliseconds since 1970.</param>
    /// <param name="format">A date format such as <c>yyyy-MM-dd HH:mm</c>.</param>
    /// <param name="zone">IANA zone; null keeps the value's own offset.</param>
    /// <exception cref="AutoForgeException"><c>value_conversion</c>.</exception>
    public static string? Date(object? value, string? format, string? zone)
    {
        if (string.IsNullOrWhiteSpace(TemplateData.Text(value)))
            return null;

        var time = Time(value!);
        if (zone is not null)
        {
            var found = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone)
                ?? throw new AutoForgeException(ValueConversion.ErrorCode, $"'{Cut(zone)}' is not a time zone; use a name such as Europe/Berlin.");
            time = Instant.FromDateTimeOffset(time).InZone(found).ToDateTimeOffset();
        }

        return Format(time, format, "a date format such as yyyy-MM-dd");
    }

    /// <param name="value">A number or text that reads as one.</param>
    /// <param name="format">A number format such as <c>0.00</c> or <c>#,##0.00</c>.</param>
    /// <exception cref="AutoForgeException"><c>value_conversion</c>.</exception>
    public static string? Number(object? value, string? format)
    {
        if (string.IsNullOrWhiteSpace(TemplateData.Text(value)))
            return null;

        // D99 and its like ask for so many digits; a format may come from data, so they are bounded.
        if (format is [_, _, _, _, ..] && char.IsAsciiLetter(format[0]) && int.TryParse(format.AsSpan(1), out _))
            throw new AutoForgeException(ValueConversion.ErrorCode, "A number has at most 99 digits after the point.");

        var number = ValueConversion.Convert(TemplateData.Text(value), typeof(decimal));
        return Format((decimal)number!, format, "a number format such as 0.00");
    }

    private static DateTimeOffset Time(object value)
    {
        if (value is int or long && Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && Math.Abs(number) < 253_402_300_800_000)
        {
            return Math.Abs(number) < SecondsLimit
                ? DateTimeOffset.FromUnixTimeSeconds(number)
                : DateTimeOffset.FromUnixTimeMilliseconds(number);
        }

        return (DateTimeOffset)ValueConversion.Convert(TemplateData.Text(value), typeof(DateTimeOffset))!;
    }

    private static string Format(IFormattable value, string? format, string expected)
    {
        if (format?.Length > MaxFormatLength)
            throw new AutoForgeException(ValueConversion.ErrorCode, $"A format has at most {MaxFormatLength} characters.");

        try
        {
            return value.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentOutOfRangeException)
        {
            throw new AutoForgeException(ValueConversion.ErrorCode, $"'{Cut(format)}' is not {expected}.", exception);
        }
    }

    private static string Cut(string? text) => text is { Length: > 40 } ? $"{text[..40]}…" : text ?? "";
}
