using System.Globalization;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Api;

/// <summary>Reads <c>?limit=&amp;cursor=</c> and cuts lists into pages.</summary>
internal static class Cursor
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => limit.Value,
        _ => throw new InvalidInputException("limit", $"'limit' must be 1 to {MaxLimit}."),
    };

    public static Guid? RunId(string? cursor) => cursor switch
    {
        null or "" => null,
        _ when Guid.TryParse(cursor, out var id) => id,
        _ => throw Invalid(),
    };

    public static long? Number(string? cursor) => cursor switch
    {
        null or "" => null,
        _ when long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Invalid(),
    };

    /// <summary>A time and an id, <c>ticks_id</c>.</summary>
    public static (DateTimeOffset At, string Id)? TimeAndId(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        var split = cursor.IndexOf('_', StringComparison.Ordinal);
        if (split <= 0
            || !long.TryParse(cursor.AsSpan(0, split), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.Ticks)
            throw Invalid();
        return (new DateTimeOffset(ticks, TimeSpan.Zero), cursor[(split + 1)..]);
    }

    public static string Of(DateTimeOffset at, string id) => $"{at.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{id}";

    /// <summary><paramref name="rows"/> was asked for with one row more than the page has.</summary>
    public static Page<TView> Page<TRow, TView>(IReadOnlyList<TRow> rows, int limit, Func<TRow, TView> view, Func<TRow, string> cursorOf)
    {
        var page = rows.Take(limit).ToList();
        var hasMore = rows.Count > limit;
        return new Page<TView>([.. page.Select(view)], hasMore, hasMore ? cursorOf(page[^1]) : null);
    }

    private static InvalidInputException Invalid() => new("cursor", "'cursor' is not one that this list gave out.");
}
