using AutoForge.Engine.Runs;

namespace AutoForge.Server.Usage;

/// <summary>How long a balance lasts.</summary>
internal static class Runway
{
    /// <summary>Days whose spending gives the pace.</summary>
    public const int Window = 7;

    // Whatever lasts longer lasts long enough.
    private const int MostDays = 999;

    /// <summary>Whole days at the average pace of the last <see cref="Window"/> days; null = nothing was spent in them.</summary>
    /// <param name="availableCents">US cents.</param>
    /// <param name="days">Oldest first.</param>
    public static int? DaysLeft(long availableCents, IReadOnlyList<RunDay> days)
    {
        var spent = days.TakeLast(Window).Sum(day => day.ChargedCents);
        return spent == 0 ? null : (int)Math.Min((decimal)availableCents * Window / spent, MostDays);
    }

    /// <summary>For people.</summary>
    public static string Text(int? days) => days switch
    {
        null => "Nothing was spent in the last 7 days",
        0 => "The balance lasts less than a day at the pace of the last 7 days",
        1 => "The balance lasts about one day at the pace of the last 7 days",
        MostDays => "The balance lasts for years at the pace of the last 7 days",
        _ => FormattableString.Invariant($"The balance lasts about {days} days at the pace of the last 7 days"),
    };
}
