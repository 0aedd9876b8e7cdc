using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;
using AutoForge.Server.Usage;

namespace AutoForge.Server.Dashboard;

/// <summary>Gathers the numbers on the dashboard.</summary>
internal sealed class DashboardReport(LedgerQueries ledger, AccountLimits limits, RunCountQuery counts, UsageReport usage, TimeProvider time)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromDays(7);

    /// <summary>Null when there is no such account.</summary>
    public async Task<DashboardFigures?> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        if (await ledger.BalanceAsync(accountId, cancellationToken) is not { } balance
            || await limits.GetAsync(accountId, cancellationToken) is not { } use)
            return null;
        var now = time.GetUtcNow();
        var days = await usage.DaysAsync(accountId, cancellationToken);
        return new DashboardFigures(
            balance, use.Caps,
            await counts.SinceAsync(accountId, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), cancellationToken),
            await counts.SinceAsync(accountId, now - RateWindow, cancellationToken),
            days, Runway.DaysLeft(balance.AvailableCents, days));
    }
}
