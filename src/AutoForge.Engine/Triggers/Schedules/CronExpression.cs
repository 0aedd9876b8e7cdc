using System.Numerics;
using NodaTime;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>The five classic fields as sets of bits: minute, hour, day of month, month, day of week (0 = Sunday).</summary>
/// <param name="Minutes">Bits 0 to 59.</param>
/// <param name="Hours">Bits 0 to 23.</param>
/// <param name="Days">Bits 1 to 31.</param>
/// <param name="Months">Bits 1 to 12.</param>
/// <param name="Weekdays">Bits 0 to 6.</param>
/// <param name="EitherDay">Both day fields name days (neither begins with a star): then one of them is enough, as cron has it since 1987.</param>
/// <param name="IsRhythm">Minute or hour has a star or a step: meant as a rhythm, not as a time of day.</param>
internal sealed record CronExpression(ulong Minutes, ulong Hours, ulong Days, ulong Months, ulong Weekdays, bool EitherDay, bool IsRhythm)
{
    /// <summary>The first match that is not before <paramref name="from"/> (a whole minute) and before <paramref name="limit"/>; null when there is none.</summary>
    public LocalDateTime? Next(LocalDateTime from, LocalDateTime limit)
    {
        var date = from.Date;
        var time = from.TimeOfDay;
        while (date <= limit.Date)
        {
            if (!Has(Months, date.Month))
            {
                date = date.With(DateAdjusters.StartOfMonth).PlusMonths(1);
                time = LocalTime.Midnight;
                continue;
            }

            if (MatchesDay(date) && NextTime(time) is { } match)
                return date.At(match) is var found && found < limit ? found : null;

            date = date.PlusDays(1);
            time = LocalTime.Midnight;
        }

        return null;
    }

    private bool MatchesDay(LocalDate date)
    {
        var day = Has(Days, date.Day);
        var weekday = Has(Weekdays, (int)date.DayOfWeek % 7);
        return EitherDay ? day || weekday : day && weekday;
    }

    private LocalTime? NextTime(LocalTime from)
    {
        if (Has(Hours, from.Hour) && First(Minutes, from.Minute) is { } minute)
            return new(from.Hour, minute);
        return First(Hours, from.Hour + 1) is { } hour ? new LocalTime(hour, First(Minutes, 0)!.Value) : null;
    }

    private static bool Has(ulong set, int value) => (set >> value & 1) != 0;

    private static int? First(ulong set, int from)
    {
        var rest = from > 63 ? 0 : set >> from << from;
        return rest == 0 ? null : BitOperations.TrailingZeroCount(rest);
    }
}
