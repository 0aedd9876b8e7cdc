using System.Security.Claims;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Adjustments;

internal static class AdjustmentEndpoints
{
    public static void MapAdjustments(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/admin/accounts/{accountId:guid}/adjustments", BookAsync)
            .ForAdmin()
            .WithTags("Administration")
            .WithSummary("Give or take credit by hand; a repeat with the same Idempotency-Key books once");

    private static async Task<Ok<AdjustmentAnswer>> BookAsync(
        Guid accountId, AdjustmentRequest body, HttpRequest request, ClaimsPrincipal caller, CreditAdjustments adjustments,
        CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(request) ?? Ids.NewText();
        var balance = await adjustments.BookAsync(accountId, caller.UserId(), body.AmountCents, body.Reason, key, cancellationToken);
        return TypedResults.Ok(new AdjustmentAnswer(accountId, balance.AvailableCents, balance.HeldCents, balance.DebtCents));
    }

    /// <param name="AmountCents">US cents; negative takes away.</param>
    internal sealed record AdjustmentRequest(long AmountCents, string? Reason);

    internal sealed record AdjustmentAnswer(Guid AccountId, long AvailableCents, long HeldCents, long DebtCents);
}
