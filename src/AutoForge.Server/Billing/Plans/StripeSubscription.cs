using System.Text.Json;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Plans;

/// <summary>A subscription as the payment provider tells it.</summary>
/// <param name="AccountId">As we named it when it was made; null = look the customer up.</param>
/// <param name="PriceId">What is paid for now; after a change of plan this and not <paramref name="PlanId"/> is right.</param>
/// <param name="PlanId">As we named it when it was made.</param>
/// <param name="Status">Ours; null = the first payment has not come, so nothing has begun.</param>
internal sealed record StripeSubscription(
    string Id, Guid? AccountId, string? CustomerId, string? PriceId, string? PlanId, string? Status,
    DateTimeOffset? CurrentPeriodEnd, bool CancelAtPeriodEnd)
{
    /// <summary>Null when the object is none.</summary>
    public static StripeSubscription? Of(JsonElement thing, bool isDeleted) => thing.Text("id") is not { Length: > 0 } id ? null : new(
        id,
        Guid.TryParse(thing.Find("metadata", "account_id")?.ToString(), out var account) ? account : null,
        thing.IdOf("customer"),
        thing.Find("items", "data", "price", "id")?.ToString(),
        thing.Find("metadata", "plan")?.ToString(),
        isDeleted ? Subscription.Ended : StatusOf(thing.Text("status")),
        // Later versions of the provider's API tell it with the item.
        thing.Time("current_period_end") ?? (thing.Find("items", "data") is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0 ? items[0].Time("current_period_end") : null),
        thing.Flag("cancel_at_period_end"));

    private static string? StatusOf(string? told) => told switch
    {
        "active" or "trialing" => Subscription.Active,
        "past_due" => Subscription.PastDue,
        "canceled" or "unpaid" or "incomplete_expired" or "paused" => Subscription.Ended,
        _ => null,
    };
}
