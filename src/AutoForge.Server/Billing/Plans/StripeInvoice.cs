using System.Text.Json;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Plans;

/// <summary>The bill of a subscription's month.</summary>
/// <param name="IsMonth">Whether it is for a new month, and not for a change within one.</param>
internal sealed record StripeInvoice(
    string Id, string SubscriptionId, Guid? AccountId, string? CustomerId, string? PriceId, string? PlanId, long? PaidCents, bool IsMonth)
{
    /// <summary>Null when it is no invoice of a subscription.</summary>
    public static StripeInvoice? Of(JsonElement thing)
    {
        // The provider's API has moved these in 2025; an endpoint tells events in the version that it was made with.
        var details = thing.Find("parent", "subscription_details") ?? thing.Find("subscription_details");
        var subscription = thing.IdOf("subscription") ?? details?.IdOf("subscription");
        if (thing.Text("id") is not { Length: > 0 } id || subscription is not { Length: > 0 })
            return null;
        return new StripeInvoice(
            id, subscription,
            Guid.TryParse(details?.Find("metadata", "account_id")?.ToString(), out var account) ? account : null,
            thing.IdOf("customer"),
            (thing.Find("lines", "data", "price", "id") ?? thing.Find("lines", "data", "pricing", "price_details", "price"))?.ToString(),
            details?.Find("metadata", "plan")?.ToString(),
            StripeAmount.Cents(thing, "amount_paid"),
            thing.Text("billing_reason") is null or "subscription_create" or "subscription_cycle");
    }
}
