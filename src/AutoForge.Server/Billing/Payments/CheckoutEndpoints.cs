using System.Security.Claims;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Payments;

internal static class CheckoutEndpoints
{
    public static void MapCheckout(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/billing/create-checkout", CreateAsync)
            .ForAccount().ForKeys(KeyScope.Billing)
            .WithTags("Money")
            .WithSummary("Where to pay for credit; a repeat with the same Idempotency-Key gives the same page");

    private static async Task<Ok<CheckoutAnswer>> CreateAsync(
        CheckoutRequest body, HttpRequest request, ClaimsPrincipal caller, Checkout checkout, CancellationToken cancellationToken)
    {
        if (body.AmountCents is not { } cents)
            throw new InvalidInputException("amountCents", "Say how much to pay, in cents.");
        var key = IdempotencyKey.Of(request) ?? Ids.NewText();
        return TypedResults.Ok(new CheckoutAnswer(await checkout.TopUpAsync(caller.AccountId(), cents, key, cancellationToken)));
    }

    /// <param name="AmountCents">US cents.</param>
    internal sealed record CheckoutRequest(long? AmountCents);

    /// <param name="Url">The payment provider's page.</param>
    internal sealed record CheckoutAnswer(string Url);
}
