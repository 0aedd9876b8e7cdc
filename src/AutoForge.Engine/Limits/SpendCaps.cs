namespace AutoForge.Engine.Limits;

/// <summary>What the owner of an account allows it to spend. US cents; null = no cap.</summary>
/// <param name="RunCents">The most that one run may cost.</param>
/// <param name="MonthCents">The most that all runs accepted in a UTC month may cost together.</param>
/// <param name="LowBalanceCents">Below this balance the owner is warned; 0 = never.</param>
public sealed record SpendCaps(long? RunCents = null, long? MonthCents = null, long LowBalanceCents = SpendCaps.DefaultLowBalanceCents)
{
    public const long DefaultLowBalanceCents = 50;

    public static SpendCaps None { get; } = new();
}

/// <summary>The cap of one workflow, and what its runs of this UTC month have cost or may still cost. US cents.</summary>
public sealed record WorkflowCap(string WorkflowId, long MonthCapCents, long MonthCents);

/// <summary>Everything that bounds an account, and how far it is. Days and months are UTC.</summary>
/// <param name="MonthCents">US cents that runs accepted this month have cost or may still cost.</param>
/// <param name="DayRuns">Runs accepted today.</param>
public sealed record AccountUse(PlanLimits Limits, SpendCaps Caps, long MonthCents, int DayRuns, IReadOnlyList<WorkflowCap> Workflows);
