using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Runs;

namespace AutoForge.Server.Dashboard;

/// <summary>The first page after signing in: money, how things go, what to do next.</summary>
internal static class DashboardPages
{
    private const int MostFailures = 5;

    public static void MapDashboard(this IEndpointRouteBuilder app) =>
        app.MapGet("/dashboard", ShowAsync).ForUser().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, DashboardReport reports, RunQueries runs, RunRows rows, FirstSteps firstSteps, CancellationToken cancellationToken)
    {
        var accountId = caller.AccountId();
        var failures = await runs.ListAsync(accountId, new RunFilter(RunStatus.Failed), before: null, MostFailures, cancellationToken);
        return new HtmlPage<DashboardPage>(new
        {
            Figures = await reports.GetAsync(accountId, cancellationToken) ?? throw new NotFoundException(),
            Failures = await rows.OfAsync(accountId, failures, cancellationToken),
            Steps = await firstSteps.OfAsync(accountId, cancellationToken),
        });
    }
}
