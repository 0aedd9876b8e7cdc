using NodaTime.TimeZones;

namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>The names of time zones.</summary>
public static class ZoneNames
{
    private const int MaxLength = 64;
    private const int MaxTypos = 3;

    /// <summary>The IANA names to choose from: UTC and places. Old abbreviations (EST, GMT+3) know no daylight saving and are left out.</summary>
    public static IReadOnlyList<string> Places { get; } =
        [.. TzdbDateTimeZoneSource.Default.CanonicalIdMap.Keys
            .Where(id => id == "UTC" || (id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];

    /// <summary>Guesses which one somebody meant: by Windows name, by city ("Berlin"), or by what is written almost the same; null when nothing is near.</summary>
    internal static string? Nearest(string name)
    {
        if (name.Length > MaxLength)
            return null;

        var source = TzdbDateTimeZoneSource.Default;
        if (source.WindowsToTzdbIds.FirstOrDefault(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { } tzdb)
            return tzdb;

        var plain = name.Replace(' ', '_');
        return source.CanonicalIdMap.Keys
            .Select(id => (Id: id, Typos: Typos(plain, id)))
            .Where(guess => guess.Typos <= MaxTypos)
            .OrderBy(guess => guess.Typos).ThenBy(guess => guess.Id, StringComparer.Ordinal)
            .FirstOrDefault().Id;
    }

    private static int Typos(string name, string id)
    {
        var city = id[(id.LastIndexOf('/') + 1)..];
        return Math.Min(Distance(name, id), city.Length == id.Length ? int.MaxValue : Distance(name, city));
    }

    // Levenshtein's edit distance, without regard to case.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MaxTypos)
            return int.MaxValue;

        Span<int> row = stackalloc int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (same ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[right.Length];
    }
}
