using System.Globalization;
using System.Text.Json;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>Days of the week as users write them: names, three letters, or 1 (Monday) to 7 (Sunday), as in ISO 8601 and cron.</summary>
internal static class Weekdays
{
    private static readonly string[] Names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>Reads a list: JSON, or days with commas or spaces between.</summary>
    /// <param name="text">The list.</param>
    /// <param name="unknown">The first entry that is no day; null when there is none.</param>
    /// <returns>1 to 7, in order, each once.</returns>
    public static IReadOnlyList<int> Parse(string text, out string? unknown)
    {
        var days = new SortedSet<int>();
        foreach (var entry in Split(text))
        {
            if (Number(entry) is not { } day)
            {
                unknown = entry;
                return [];
            }

            days.Add(day);
        }

        unknown = null;
        return [.. days];
    }

    /// <summary>"day" for all seven, else "Monday", "Monday and Friday", "Monday, Tuesday and Friday".</summary>
    public static string Describe(IReadOnlyList<int> days)
    {
        if (days.Count == Names.Length)
            return "day";

        var last = Names[days[^1] - 1];
        return days.Count == 1 ? last : $"{string.Join(", ", days.SkipLast(1).Select(day => Names[day - 1]))} and {last}";
    }

    private static int? Number(string entry)
    {
        if (int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number is >= 1 and <= 7 ? number : null;

        var index = Array.FindIndex(Names, name =>
            name.Equals(entry, StringComparison.OrdinalIgnoreCase) || name.AsSpan(0, 3).Equals(entry, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index + 1;
    }

    private static IEnumerable<string> Split(string text)
    {
        if (!text.StartsWith('['))
            return text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries);

        try
        {
            return JsonSerializer.Deserialize<JsonElement[]>(text)!.Select(entry => entry.ToString());
        }
        catch (JsonException)
        {
            return [text];
        }
    }
}
