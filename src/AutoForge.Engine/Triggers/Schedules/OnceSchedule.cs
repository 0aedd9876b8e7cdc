using NodaTime;
using NodaTime.Text;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Due at one moment.</summary>
internal sealed class OnceSchedule(Instant at) : ScheduleRule
{
    private static readonly ZonedDateTimePattern Pattern =
        ZonedDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd 'at' HH:mm z", DateTimeZoneProviders.Tzdb);

    public override string Describe() => $"once on {Pattern.Format(at.InZone(Zone))}";

    protected override Instant? Next(Instant after) => at > after ? at : null;
}
