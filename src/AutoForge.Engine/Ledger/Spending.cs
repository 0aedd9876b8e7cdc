namespace AutoForge.Engine.Ledger;

/// <summary>
/// What an account has spent and started, kept in its row: money of the runs accepted in the current month, be it charged
/// or still on hold, and the number of runs accepted on the current day. Months and days are UTC.
/// </summary>
/// <param name="Month">First day of the month.</param>
/// <param name="MonthCents">US cents.</param>
internal readonly record struct Spending(DateOnly Month, long MonthCents, DateOnly Day, int DayRuns)
{
    /// <summary>The same as seen at that time: a new month and a new day begin at nothing. Time never goes back.</summary>
    public Spending At(DateTimeOffset now)
    {
        var (month, day) = (MonthOf(now), DayOf(now));
        return new Spending(
            month > Month ? month : Month, month > Month ? 0 : MonthCents,
            day > Day ? day : Day, day > Day ? 0 : DayRuns);
    }

    public Spending WithHold(long cents, DateTimeOffset acceptedAt)
    {
        var current = At(acceptedAt);
        return current with { MonthCents = checked(current.MonthCents + cents), DayRuns = current.DayRuns + 1 };
    }

    /// <summary>Money that a run gave back counts for the month the run was accepted in, or no longer at all.</summary>
    public Spending WithRelease(long cents, DateTimeOffset acceptedAt) =>
        MonthOf(acceptedAt) == Month ? this with { MonthCents = MonthCents - cents } : this;

    public static DateOnly MonthOf(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1);

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
