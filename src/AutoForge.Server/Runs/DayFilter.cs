using System.Globalization;

namespace AutoForge.Server.Runs;

/// <summary>Days as somebody counts them where they live.</summary>
internal static class DayFilter
{
    /// <summary>When a day begins in the zone; null for a text that is no day.</summary>
    /// <param name="text">Such as <c>2026-03-29</c>.</param>
    /// <param name="daysLater">0 = that day, 1 = the one after it.</param>
    public static DateTimeOffset? Start(string? text, TimeZoneInfo zone, int daysLater = 0)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || day.Year is < 1970 or > 9998)
            return null;
        var midnight = day.AddDays(daysLater).ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight the day begins later; where they go back then, it begins with the first midnight.
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }

    /// <summary>UTC for a zone that this machine does not know.</summary>
    public static TimeZoneInfo ZoneOf(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
