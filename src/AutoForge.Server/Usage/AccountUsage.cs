using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;

namespace AutoForge.Server.Usage;

/// <summary>How much of what an account may use and spend is used and spent. Days and months are UTC.</summary>
/// <param name="ActiveWorkflows">Workflows that are switched on.</param>
/// <param name="Connections">Stored connections.</param>
/// <param name="Days">The last 30 days, today included, oldest first.</param>
/// <param name="RunwayDays">How long the balance lasts at the pace of the last 7 days; null = nothing was spent in them.</param>
/// <param name="Workflows">What was spent most is first.</param>
public sealed record AccountUsage(
    AccountBalance Balance, AccountUse Use, long ActiveWorkflows, int Connections, IReadOnlyList<RunDay> Days, int? RunwayDays,
    IReadOnlyList<WorkflowSpending> Workflows);

/// <summary>What the runs of a workflow accepted this UTC month have cost or may still cost. US cents.</summary>
/// <param name="CapCents">The most that they may cost; null = no cap.</param>
public sealed record WorkflowSpending(string DefinitionId, string Name, long MonthCents, long? CapCents);
