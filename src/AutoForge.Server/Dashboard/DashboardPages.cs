using System.Security.Claims;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Runs;

namespace AutoForge.Server.Dashboard;

/// <summary>The first page after signing in: money, how things go, what to do next.</summary>
internal static class DashboardPages
{
    private const int MostFailures = 5;
    private static readonly TimeSpan Recently = TimeSpan.FromHours(24);
    private static readonly TimeSpan RateWindow = TimeSpan.FromDays(7);

    public static void MapDashboard(this IEndpointRouteBuilder app) =>
        app.MapGet("/dashboard", ShowAsync).ForUser().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, LedgerQueries ledger, RunCountQuery counts, RunQueries runs, RunRows rows, FirstSteps firstSteps,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var accountId = caller.AccountId();
        var now = time.GetUtcNow();
        var failures = await runs.ListAsync(accountId, new RunFilter(RunStatus.Failed), before: null, MostFailures, cancellationToken);
        return new HtmlPage<DashboardPage>(new
        {
            Balance = await ledger.BalanceAsync(accountId, cancellationToken) ?? throw new NotFoundException(),
            LastDay = await counts.SinceAsync(accountId, now - Recently, cancellationToken),
            LastWeek = await counts.SinceAsync(accountId, now - RateWindow, cancellationToken),
            Failures = await rows.OfAsync(accountId, failures, cancellationToken),
            Steps = await firstSteps.OfAsync(accountId, cancellationToken),
        });
    }
}
