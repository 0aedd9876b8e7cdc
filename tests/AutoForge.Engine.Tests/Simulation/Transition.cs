namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A row that goes from one state to another, as <c>docs/state-machines.md</c> calls them.</summary>
/// <param name="Machine">Such as <c>Run</c>.</param>
/// <param name="From"><see cref="None"/> = there was no row.</param>
/// <param name="To"><see cref="None"/> = there is no row any more.</param>
internal sealed record Transition(string Machine, string From, string To)
{
    public const string None = "–";

    /// <summary>Every transition there is. What is seen and not listed is a violation, what is listed and never seen is not tested.</summary>
    public static IReadOnlySet<Transition> All { get; } = new HashSet<Transition>(
    [
        .. Of("Run", None, "Queued", "Running"),
        .. Of("Run", "Queued", "Running", "Waiting", "Succeeded", "Failed", "Cancelled"),
        .. Of("Run", "Running", "Waiting", "Succeeded", "Failed", "Cancelled"),
        .. Of("Run", "Waiting", "Running", "Succeeded", "Failed", "Cancelled"),
        .. Of("Job", None, "due", "leased", "parked"),
        .. Of("Job", "due", "leased", "resting", "parked", None),
        .. Of("Job", "leased", "due", "resting", "parked", None),
        .. Of("Job", "resting", "due", None),
        .. Of("Job", "parked", "due", None),
        .. Of("Step", None, "Running", "Waiting", "Completed", "Failed", "Cancelled"),
        .. Of("Step", "Running", "Waiting", "Completed", "Failed", "Uncertain"),
        .. Of("Step", "Waiting", "Running", "Completed", "Cancelled"),
        .. Of("Step", "Completed", None),
        .. Of("Step", "Failed", None),
        .. Of("Step", "Uncertain", None),
        .. Of("Step", "Cancelled", "Waiting", "Running", "Completed", None),
        .. Of("Hold", None, "open"),
        .. Of("Hold", "open", "consumed", "released"),
    ]);

    public override string ToString() => $"{Machine}: {From} → {To}";

    private static IEnumerable<Transition> Of(string machine, string from, params IEnumerable<string> to) =>
        to.Select(state => new Transition(machine, from, state));
}
