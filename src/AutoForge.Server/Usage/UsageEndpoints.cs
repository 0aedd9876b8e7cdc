using System.Security.Claims;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Usage;

internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/user/usage", GetAsync)
            .ForAccount()
            .ForKeys(KeyScope.BillingRead)
            .WithTags("Money")
            .WithSummary("What the account has used and spent, against plan limits and caps; by day for the last 30 days (UTC)");

    private static async Task<Ok<UsageAnswer>> GetAsync(ClaimsPrincipal caller, UsageReport reports, CancellationToken cancellationToken)
    {
        var usage = await reports.GetAsync(caller.AccountId(), cancellationToken) ?? throw new NotFoundException();
        return TypedResults.Ok(new UsageAnswer(
            new Meter(usage.Use.MonthCents, usage.Use.Caps.MonthCents), new Meter(usage.Use.DayRuns, usage.Use.Limits.RunsPerDay),
            new Meter(usage.ActiveWorkflows, usage.Use.Limits.Workflows), new Meter(usage.Connections, usage.Use.Limits.Connections),
            usage.Workflows, usage.Days, usage.RunwayDays, usage.Use.Limits));
    }

    /// <param name="MonthCents">Spent or on hold for runs accepted this month, against the cap.</param>
    /// <param name="RunsToday">Accepted runs.</param>
    /// <param name="Workflows">Switched on.</param>
    /// <param name="SpendingByWorkflow">This month.</param>
    internal sealed record UsageAnswer(
        Meter MonthCents, Meter RunsToday, Meter Workflows, Meter Connections, IReadOnlyList<WorkflowSpending> SpendingByWorkflow,
        IReadOnlyList<RunDay> Days, int? RunwayDays, PlanLimits Plan);

    /// <param name="Limit">Null = none.</param>
    internal sealed record Meter(long Used, long? Limit);
}
