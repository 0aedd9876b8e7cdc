using NodaTime;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Due when the clock and the calendar of a time zone match a cron expression.</summary>
/// <remarks>
/// On the days when clocks change there are two right answers. A time that somebody chose (09:00) is due once that day: when it is
/// skipped, at the first moment after the gap; when it comes twice, the first time. A rhythm (every 15 minutes, each hour) goes on
/// through real time: skipped times do not exist, and repeated ones are as real as the first.
/// </remarks>
internal sealed class CalendarSchedule(CronExpression cron, string description) : ScheduleRule
{
    // A 29 February is eight years away at most (1896 to 1904, 2096 to 2104).
    private static readonly Duration Horizon = Duration.FromDays(3_000);

    public override string Describe() => $"{description} {Zone.Id}";

    protected override Instant? Next(Instant after) => cron.IsRhythm ? NextInRealTime(after) : NextOnTheClock(after);

    // The mapping from chosen times to moments never goes back, so times up to the one now cannot map to a later moment.
    private Instant? NextOnTheClock(Instant after)
    {
        var limit = (after + Horizon).InZone(Zone).LocalDateTime;
        var from = NextMinute(after.InZone(Zone).LocalDateTime);
        while (cron.Next(from, limit) is { } local)
        {
            var due = LocalMoment.Map(local, Zone);
            if (due > after)
                return due;
            from = local.PlusMinutes(1);
        }

        return null;
    }

    // Between two changes of the clocks, local time and real time run side by side: each stretch is searched on its own.
    private Instant? NextInRealTime(Instant after)
    {
        var end = after + Horizon;
        var stretch = Zone.GetZoneInterval(after);
        var from = NextMinute(after.WithOffset(stretch.WallOffset).LocalDateTime);
        while (true)
        {
            var last = stretch.HasEnd && stretch.End < end ? stretch.End : end;
            if (cron.Next(from, last.WithOffset(stretch.WallOffset).LocalDateTime) is { } local)
                return local.WithOffset(stretch.WallOffset).ToInstant();
            if (last == end)
                return null;

            stretch = Zone.GetZoneInterval(last);
            from = last.WithOffset(stretch.WallOffset).LocalDateTime;
            if (from.Second != 0 || from.NanosecondOfSecond != 0)
                from = NextMinute(from);
        }
    }

    private static LocalDateTime NextMinute(LocalDateTime time) =>
        time.Date.At(new LocalTime(time.Hour, time.Minute)).PlusMinutes(1);
}
