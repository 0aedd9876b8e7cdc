using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;

namespace AutoForge.Server.Dashboard;

/// <summary>The numbers on the dashboard. Days are UTC.</summary>
/// <param name="Days">Oldest first, today last.</param>
/// <param name="RunwayDays">How long the balance lasts; null = nothing was spent lately.</param>
public sealed record DashboardFigures(
    AccountBalance Balance, SpendCaps Caps, RunCounts Today, RunCounts LastWeek, IReadOnlyList<RunDay> Days, int? RunwayDays)
{
    /// <summary>Whether the balance is below what the owner wants to be warned of.</summary>
    public bool IsLow => Balance.AvailableCents < Caps.LowBalanceCents;
}
