using System.Globalization;

namespace AutoForge.Engine.Crashes;

/// <summary>Where a process ends itself: <c>point:side:times</c>, such as <c>accept:after:1</c>.</summary>
/// <param name="Times">The pass that is the last, from 1.</param>
public sealed record CrashPlan(CrashPoint Point, CommitSide Side, int Times)
{
    /// <summary>Null when the text is not exactly such a plan.</summary>
    public static CrashPlan? Parse(string? text) =>
        text?.Split(':') is [var name, var side, var times]
        && Named<CrashPoint>(name) is { } point && Named<CommitSide>(side) is { } at
        && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? new CrashPlan(point, at, count)
            : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name(Point)}:{Name(Side)}:{Times}");

    // By name only: Enum.Parse would take numbers too.
    private static T? Named<T>(string name) where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Name(value) == name).Select(value => (T?)value).SingleOrDefault();

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
