using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Admin;

internal static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/admin/accounts/{accountId:guid}/runs/{runId:guid}").ForAdmin().WithTags("Administration");
        group.MapPost("/refund", RefundAsync).WithSummary("Give the price of a run back, once at most");
        // For administrators as well: who could report the failure of their own runs would have them for nothing.
        group.MapPost("/report-failure", ReportFailureAsync)
            .WithSummary("Pass on a provider's report that what a run did has failed after all; within 30 days of the run's end it is refunded, once at most");
    }

    private static async Task<Ok<RefundAnswer>> RefundAsync(
        Guid accountId, Guid runId, RefundRequest body, HttpContext context, RefundDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RefundAnswer(runId, await desk.RefundAsync(context, accountId, runId, body.Reason, cancellationToken)));

    private static async Task<Ok<RefundAnswer>> ReportFailureAsync(
        Guid accountId, Guid runId, FailureReport body, HttpContext context, RefundDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RefundAnswer(runId, await desk.ReportFailureAsync(context, accountId, runId, body.Report, cancellationToken)));

    /// <param name="Report">What the provider says; the owner of the account reads it in the ledger.</param>
    internal sealed record FailureReport(string? Report);

    /// <param name="Reason">The owner of the account reads it in the ledger.</param>
    internal sealed record RefundRequest(string? Reason);

    internal sealed record RefundAnswer(Guid RunId, RefundOutcome Outcome);
}
