using AutoForge.Engine.Connections;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Usage;

/// <summary>Gathers what an account has used.</summary>
internal sealed class UsageReport(
    AccountLimits limits, LedgerQueries ledger, RunCountQuery runs, WorkflowQueries workflows, ConnectionStore connections, TimeProvider time)
{
    /// <summary>Days of the chart.</summary>
    public const int ChartDays = 30;

    // Whoever has more sees those that were made last.
    private const int MostWorkflows = 200;

    /// <summary>Null when there is no such account.</summary>
    public async Task<AccountUsage?> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        if (await limits.GetAsync(accountId, cancellationToken) is not { } use
            || await ledger.BalanceAsync(accountId, cancellationToken) is not { } balance)
            return null;
        var days = await DaysAsync(accountId, cancellationToken);
        var (_, active) = await workflows.SearchAsync(accountId, new WorkflowFilter { Scope = VersionScope.Published, Take = 1 }, cancellationToken);
        return new AccountUsage(
            balance, use, active, (await connections.ListAsync(accountId, cancellationToken)).Count, days,
            Runway.DaysLeft(balance.AvailableCents, days), await SpendingAsync(accountId, use, cancellationToken));
    }

    /// <summary>The days of the chart, today included, oldest first.</summary>
    public Task<IReadOnlyList<RunDay>> DaysAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return runs.ByDayAsync(accountId, today.AddDays(1 - ChartDays), today, cancellationToken);
    }

    private async Task<IReadOnlyList<WorkflowSpending>> SpendingAsync(Guid accountId, AccountUse use, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var spent = await runs.SpendingByWorkflowAsync(accountId, month, cancellationToken);
        var (known, _) = await workflows.SearchAsync(accountId, new WorkflowFilter { Take = MostWorkflows }, cancellationToken);
        var caps = use.Workflows.ToDictionary(cap => cap.WorkflowId);
        return [.. known
            .Select(workflow => caps.GetValueOrDefault(workflow.DefinitionId) is { } cap
                // The counter that decides about the next run.
                ? new WorkflowSpending(workflow.DefinitionId, workflow.Name, cap.MonthCents, cap.MonthCapCents)
                : new WorkflowSpending(workflow.DefinitionId, workflow.Name, spent.GetValueOrDefault(workflow.DefinitionId), null))
            .OrderByDescending(workflow => workflow.MonthCents)
            .ThenBy(workflow => workflow.Name, StringComparer.OrdinalIgnoreCase)];
    }
}
