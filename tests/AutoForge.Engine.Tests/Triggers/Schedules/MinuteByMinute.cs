using AutoForge.Engine.Triggers.Schedules;
using NodaTime;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

/// <summary>The due times of a cron expression by another way than the rule's own: every minute is asked whether it matches.</summary>
internal static class MinuteByMinute
{
    /// <param name="minutes">On the time line, without a gap.</param>
    public static List<Instant> Due(CronExpression cron, DateTimeZone zone, IReadOnlyList<Instant> minutes) => cron.IsRhythm
        ? [.. minutes.Where(minute => Matches(cron, minute.InZone(zone).LocalDateTime))]
        : Chosen(cron, zone, minutes);

    // Every minute that a clock could show in that time, put on the time line; those that are skipped land on the end of their gap.
    private static List<Instant> Chosen(CronExpression cron, DateTimeZone zone, IReadOnlyList<Instant> minutes) =>
        [.. Enumerable.Range(-2 * 24 * 60, minutes.Count + (4 * 24 * 60))
            .Select(number => minutes[0].InUtc().LocalDateTime.PlusMinutes(number))
            .Where(local => Matches(cron, local))
            .Select(local => zone.ResolveLocal(local, mapping => mapping.Count switch
            {
                0 => mapping.LateInterval.Start.InZone(zone),
                _ => mapping.First(),
            }).ToInstant())
            .Where(instant => instant >= minutes[0] && instant <= minutes[^1])
            .Distinct()
            .Order()];

    private static bool Matches(CronExpression cron, LocalDateTime local)
    {
        var day = (cron.Days & (1UL << local.Day)) != 0;
        var weekday = (cron.Weekdays & (1UL << ((int)local.DayOfWeek % 7))) != 0;
        return (cron.Minutes & (1UL << local.Minute)) != 0
            && (cron.Hours & (1UL << local.Hour)) != 0
            && (cron.Months & (1UL << local.Month)) != 0
            && (cron.EitherDay ? day || weekday : day && weekday);
    }
}
