using System.Globalization;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>
/// Reads classic cron: five fields with lists, ranges, steps and names, or a nickname such as <c>@daily</c>. Errors are sentences
/// for the user.
/// </summary>
internal static class CronParser
{
    private static readonly Field[] Fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of the month", 1, 31, []),
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("day of the week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    private static readonly string[] Ordinals = ["1st", "2nd", "3rd", "4th", "5th"];

    private sealed record Field(string Name, int Least, int Most, string[] Names);

    /// <returns>The expression, or null with the reason.</returns>
    public static CronExpression? Parse(string text, out string? problem)
    {
        var parts = Expand(text.Trim()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            problem = text.TrimStart().StartsWith('@')
                ? $"'{text.Trim()}' is unknown. Use @hourly, @daily, @weekly, @monthly, @yearly, or five fields."
                : $"A cron expression has 5 fields (minute, hour, day of the month, month, day of the week); this one has {parts.Length}.";
            return null;
        }

        var sets = new ulong[Fields.Length];
        for (var i = 0; i < Fields.Length; i++)
        {
            if (ParseField(parts[i], Fields[i], out sets[i]) is { } reason)
            {
                problem = $"The {Ordinals[i]} field '{parts[i]}' ({Fields[i].Name}) {reason}.";
                return null;
            }
        }

        problem = null;
        var weekdays = (sets[4] | (sets[4] >> 7)) & 0x7F;
        return new(sets[0], sets[1], sets[2], sets[3], weekdays,
            EitherDay: parts[2][0] != '*' && parts[4][0] != '*',
            IsRhythm: parts[0].AsSpan().IndexOfAny('*', '/') >= 0 || parts[1].AsSpan().IndexOfAny('*', '/') >= 0);
    }

    private static string Expand(string text) => text.ToUpperInvariant() switch
    {
        "@HOURLY" => "0 * * * *",
        "@DAILY" or "@MIDNIGHT" => "0 0 * * *",
        "@WEEKLY" => "0 0 * * 0",
        "@MONTHLY" => "0 0 1 * *",
        "@YEARLY" or "@ANNUALLY" => "0 0 1 1 *",
        _ => text,
    };

    private static string? ParseField(string text, Field field, out ulong set)
    {
        set = 0;
        foreach (var item in text.Split(','))
        {
            if (ParseItem(item, field, ref set) is { } reason)
                return reason;
        }

        return null;
    }

    // *, 5, 5-10, MON-FRI, each with /step; 5/10 means from 5 to the end.
    private static string? ParseItem(string item, Field field, ref ulong set)
    {
        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? item : item[..slash];
        var step = 1;
        if (slash >= 0 && (!int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1 || step > field.Most))
            return $"needs a step from 1 to {field.Most} after '/'";

        int first, last;
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (range == "*")
        {
            // 7 is another name of Sunday, not an eighth day.
            (first, last) = (field.Least, field.Most == 7 ? 6 : field.Most);
        }
        else if (dash >= 0)
        {
            if (!TryValue(range[..dash], field, out first) || !TryValue(range[(dash + 1)..], field, out last))
                return Expected(field);
            if (last == 0 && field.Most == 7)
                last = 7;
            if (first > last)
                return $"has a range that ends before it begins ({range})";
        }
        else
        {
            if (!TryValue(range, field, out first))
                return Expected(field);
            last = slash < 0 ? first : field.Most == 7 ? 6 : field.Most;
        }

        for (var value = first; value <= last; value += step)
            set |= 1UL << value;
        return null;
    }

    private static bool TryValue(string text, Field field, out int value)
    {
        value = Array.FindIndex(field.Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (value >= 0)
        {
            value += field.Least;
            return true;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= field.Least && value <= field.Most;
    }

    private static string Expected(Field field) => field.Names.Length == 0
        ? $"must be *, a number from {field.Least} to {field.Most}, a range or a list of them"
        : $"must be *, a number from {field.Least} to {field.Most}, a name such as {field.Names[1]}, a range or a list of them";
}
