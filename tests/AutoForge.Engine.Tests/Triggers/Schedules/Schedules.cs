using System.Globalization;
using AutoForge.Engine.Triggers.Schedules;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

/// <summary>Short ways to write rules and times in tests.</summary>
internal static class Schedules
{
    public static ScheduleRule Rule(params (string Field, string? Value)[] settings)
    {
        var parsed = ScheduleRule.TryParse(settings.ToDictionary(entry => entry.Field, entry => entry.Value), out var rule, out var problems);
        Assert.True(parsed, string.Join(" ", problems));
        Assert.Empty(problems);
        return rule!;
    }

    public static ScheduleRule Cron(string cron, string zone = "UTC") => Rule(("kind", "cron"), ("cron", cron), ("timeZone", zone));

    public static IReadOnlyList<(string Field, string Message)> Problems(params (string Field, string? Value)[] settings)
    {
        Assert.False(ScheduleRule.TryParse(settings.ToDictionary(entry => entry.Field, entry => entry.Value), out var rule, out var problems));
        Assert.Null(rule);
        return problems;
    }

    public static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The due times after a moment, as "MM-dd HH:mm" in UTC.</summary>
    public static string[] Next(this ScheduleRule rule, string after, int count)
    {
        var times = new List<string>();
        var last = Utc(after);
        while (times.Count < count && rule.NextAfter(last) is { } next)
        {
            Assert.Equal(TimeSpan.Zero, next.Offset);
            times.Add(next.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
            last = next;
        }

        return [.. times];
    }
}
