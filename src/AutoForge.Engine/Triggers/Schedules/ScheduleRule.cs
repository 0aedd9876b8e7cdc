using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>When a schedule is due. Pure: it has no clock and no state, so every node computes the same.</summary>
internal abstract class ScheduleRule
{
    /// <summary>How late a due time may be taken up although missed ones are skipped: polling is never exact.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    // Leaves room to look ahead before the calendar of .NET ends.
    private const int LastYear = 9980;

    /// <summary>Most missed due times that run at once.</summary>
    public const int MaxMissed = 1_000;

    /// <summary>What the user chose for missed due times. Default: <see cref="CatchUp.Once"/>.</summary>
    public required CatchUp CatchUp { get; init; }

    /// <summary>Whose clocks the user meant.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>
    /// Reads the inputs of <c>AutoForge.Schedule</c> by camelCase name: <c>kind, at, every, minute, time, days, cron, timeZone, catchUp</c>.
    /// A rule that can never be due is refused.
    /// </summary>
    /// <param name="settings">Text of each input; absent, null and blank mean unset.</param>
    /// <param name="rule">The rule, when there is no problem.</param>
    /// <param name="problems">Field and message for the user; empty when there is none.</param>
    public static bool TryParse(
        IReadOnlyDictionary<string, string?> settings,
        [NotNullWhen(true)] out ScheduleRule? rule,
        out IReadOnlyList<(string Field, string Message)> problems)
    {
        var reader = new ScheduleSettings(settings);
        rule = reader.Read();
        problems = reader.Problems;
        return rule is not null;
    }

    /// <summary>The first due time after a moment, in UTC; null when there is none within eight years.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset after) =>
        after.Year < LastYear ? Next(Instant.FromDateTimeOffset(after))?.ToDateTimeOffset() : null;

    /// <summary>A moment as the clocks of the schedule's zone show it.</summary>
    public DateTimeOffset InZone(DateTimeOffset moment) => Instant.FromDateTimeOffset(moment).InZone(Zone).ToDateTimeOffset();

    /// <summary>The due times that run now, in order.</summary>
    /// <param name="lastDue">The due time that ran last, or when the schedule was switched on; not given again.</param>
    /// <param name="now">Given when it is due itself.</param>
    /// <param name="catchUp">What happens with those that are late.</param>
    /// <param name="max">With <see cref="CatchUp.All"/>: only so many of the latest; older ones are dropped.</param>
    public IReadOnlyList<DateTimeOffset> DueBetween(DateTimeOffset lastDue, DateTimeOffset now, CatchUp catchUp, int max = MaxMissed)
    {
        var oldest = catchUp == CatchUp.Skip && lastDue < now - Grace ? now - Grace - TimeSpan.FromTicks(1) : lastDue;
        return Latest(oldest, now, catchUp == CatchUp.All ? max : 1);
    }

    /// <summary>Plain English, such as "every day at 09:00 Europe/Berlin".</summary>
    public abstract string Describe();

    protected abstract Instant? Next(Instant after);

    // Looks back in growing steps, so that a year of missed minutes costs no more than those that are wanted.
    private List<DateTimeOffset> Latest(DateTimeOffset after, DateTimeOffset now, int count)
    {
        for (var reach = TimeSpan.FromHours(1); ; reach *= 4)
        {
            var from = now - after > reach ? now - reach : after;
            var due = new List<DateTimeOffset>();
            for (var next = NextAfter(from); next <= now; next = NextAfter(next.Value))
                due.Add(next.Value);

            if (due.Count >= count || from == after)
                return due.Count > count ? due.GetRange(due.Count - count, count) : due;
        }
    }
}
