using System.Security.Claims;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Plans;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Payments;

internal static class CheckoutEndpoints
{
    public static void MapCheckout(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/billing/create-checkout", CreateAsync)
            .ForAccount().ForKeys(KeyScope.Billing)
            .WithTags("Money")
            .WithSummary("Where to pay for credit, or for a plan; a repeat with the same Idempotency-Key gives the same page");

    private static async Task<Ok<CheckoutAnswer>> CreateAsync(
        CheckoutRequest body, HttpRequest request, ClaimsPrincipal caller, Checkout topUps, PlanCheckout plans, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(request) ?? Ids.NewText();
        return TypedResults.Ok(new CheckoutAnswer(body switch
        {
            { AmountCents: { } cents, Plan: null } => await topUps.TopUpAsync(caller.AccountId(), cents, key, cancellationToken),
            { AmountCents: null, Plan: { } plan } => await plans.SubscribeAsync(caller.AccountId(), plan, key, cancellationToken),
            _ => throw new InvalidInputException("amountCents", "Say either how much to pay, in cents, or for which plan."),
        }));
    }

    /// <param name="AmountCents">US cents of credit.</param>
    /// <param name="Plan">The id of a plan.</param>
    internal sealed record CheckoutRequest(long? AmountCents, string? Plan);

    /// <param name="Url">The payment provider's page.</param>
    internal sealed record CheckoutAnswer(string Url);
}
