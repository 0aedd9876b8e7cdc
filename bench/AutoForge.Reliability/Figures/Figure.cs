namespace AutoForge.Reliability.Figures;

/// <summary>One way to do harm, and how much of it is the whole figure.</summary>
/// <param name="Name">Such as <c>F1</c>.</param>
/// <param name="Share">Of the minutes that were asked for; the others take what they take.</param>
/// <param name="RunAsync">Does it within about that time.</param>
internal sealed record Figure(string Name, string Title, double Share, Func<Figure, Effort, Task<FigureVerdict>> RunAsync)
{
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("F1", "kill -9 of random nodes among three, under load", 0.4, NodeKills.RunAsync),
        new("F2", "kill -9 and restarts of PostgreSQL, under load", 0.1, PostgresKills.RunAsync),
        new("F3", "kill -9 before and after every commit on the way of a run", 0.3, CrashPointKills.RunAsync),
        new("F4", "nodes that stand still for three leases and go on", 0.25, Zombies.RunAsync),
        new("F6", "deterministic simulation, with every transition of a state taken", 0, TestRuns.SimulateAsync),
        new("F7", "two days of a thousand schedules over clock changes", 0, TestRuns.SimulateDaysAsync),
        new("soak", "ten minutes in which nothing may grow", 0, Soak.RunAsync),
        new("F9", "a disk that fills up", 0, DiskFull.RunAsync),
        new("poison", "a run that kills its node is given up", 0, Poison.RunAsync),
        new("clocks", "nodes whose clocks are wrong", 0, WrongClocks.RunAsync),
    ];
}

/// <summary>How long a figure may go on, and by what chance.</summary>
/// <param name="Minutes">That were asked for, for all figures together.</param>
/// <param name="IsSample">No more than shows that it works.</param>
/// <param name="Points">The crash points that are wanted, in lower case; none = all.</param>
internal sealed record Effort(TimeSpan Time, double Minutes, bool IsSample, IReadOnlyList<string> Points, Random Random, Action<string> Say);
