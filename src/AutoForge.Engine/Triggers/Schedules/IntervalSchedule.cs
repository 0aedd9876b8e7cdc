using NodaTime;
using NodaTime.Text;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Due every so many minutes of real time, whatever the clocks on the wall do. Counted from a start, or from 1970 in UTC.</summary>
internal sealed class IntervalSchedule(int minutes, Instant? start) : ScheduleRule
{
    private static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm 'UTC'");

    public override string Describe() =>
        (minutes == 1 ? "every minute" : $"every {minutes} minutes") + (start is { } first ? $" from {Pattern.Format(first)}" : "");

    protected override Instant? Next(Instant after)
    {
        if (start is { } first && after < first)
            return first;

        var anchor = start ?? NodaConstants.UnixEpoch;
        var period = minutes * NodaConstants.TicksPerMinute;
        var elapsed = (after - anchor).BclCompatibleTicks;
        var periods = Math.DivRem(elapsed, period, out var rest);

        // Division rounds towards zero; before the anchor that is already the next one, unless it is exact.
        return anchor + Duration.FromTicks((rest < 0 ? periods : periods + 1) * period);
    }
}
