using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Admin;

internal static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/admin/accounts/{accountId:guid}/runs/{runId:guid}/refund", RefundAsync)
            .ForAdmin()
            .WithTags("Administration")
            .WithSummary("Give the price of a run back, once at most");

    private static async Task<Ok<RefundAnswer>> RefundAsync(
        Guid accountId, Guid runId, RefundRequest body, HttpContext context, RefundDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RefundAnswer(runId, await desk.RefundAsync(context, accountId, runId, body.Reason, cancellationToken)));

    /// <param name="Reason">The owner of the account reads it in the ledger.</param>
    internal sealed record RefundRequest(string? Reason);

    internal sealed record RefundAnswer(Guid RunId, RefundOutcome Outcome);
}
