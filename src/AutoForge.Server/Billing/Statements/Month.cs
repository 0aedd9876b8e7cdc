using System.Globalization;

namespace AutoForge.Server.Billing.Statements;

/// <summary>A calendar month in UTC, written <c>2026-03</c>.</summary>
internal readonly record struct Month(int Year, int Number)
{
    private const string Format = "yyyy-MM";

    public DateTimeOffset From => new(Year, Number, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset To => From.AddMonths(1);

    public Month Previous => Of(From.AddMonths(-1));

    public Month Next => Of(To);

    public static Month Of(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month);

    /// <summary>Null when it is none. The years are those in which the product can have been used.</summary>
    public static Month? Parse(string? text) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2020 and < 9999
            ? new Month(day.Year, day.Month)
            : null;

    /// <summary>For people, such as March 2026.</summary>
    public string Title => From.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    public override string ToString() => From.ToString(Format, CultureInfo.InvariantCulture);
}
