using System.Text.Json;
using AutoForge.Server.Billing.Events;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Payments;

/// <summary>A payment for credit.</summary>
/// <param name="Id">The payment intent, or the session where there is none: one payment, however many events tell of it.</param>
/// <param name="AmountCents">US cents.</param>
/// <param name="Refusal">Why it cannot be booked; the other values are then meaningless.</param>
internal sealed record StripePayment(string Id, Guid AccountId, long AmountCents, string? SessionId, EventOutcome? Refusal = null)
{
    /// <summary>In the ledger.</summary>
    public string Description { get; private init; } = "Top-up by card";

    /// <summary>A checkout session as it was completed.</summary>
    public static StripePayment OfSession(JsonElement session)
    {
        // A subscription is paid by invoices, a setup not at all.
        if (session.Text("mode") is { } mode && mode != "payment")
            return Not(EventOutcome.Ignored($"A session of mode {mode} adds no credit."));
        if (session.Text("payment_status") != "paid")
            return Not(EventOutcome.Ignored("Not paid yet."));
        if (StripeAmount.RefusalOf(session) is { } refusal)
            return Not(refusal);
        if (StripeAmount.Cents(session, "amount_total") is not { } cents)
            return Not(EventOutcome.Refused("The amount is not a possible one."));
        if ((session.IdOf("payment_intent") ?? session.Text("id")) is not { Length: > 0 } id)
            return Not(EventOutcome.Refused("The session names no payment."));
        return Guid.TryParse(session.Text("client_reference_id"), out var accountId)
            ? new StripePayment(id, accountId, cents, session.Text("id"))
            : Not(EventOutcome.UnknownAccount(session.Text("client_reference_id")));
    }

    /// <summary>A payment intent that we made ourselves, as it was paid.</summary>
    public static StripePayment OfIntent(JsonElement intent)
    {
        if (intent.Text("status") != "succeeded")
            return Not(EventOutcome.Ignored("Not paid yet."));
        if (StripeAmount.RefusalOf(intent) is { } refusal)
            return Not(refusal);
        if (StripeAmount.Cents(intent, "amount_received") is not { } cents || intent.Text("id") is not { Length: > 0 } id)
            return Not(EventOutcome.Refused("The payment has no id, or no possible amount."));
        var account = intent.Find("metadata", "account_id")?.ToString();
        return Guid.TryParse(account, out var accountId)
            ? new StripePayment(id, accountId, cents, null) { Description = "Automatic top-up by card" }
            : Not(EventOutcome.UnknownAccount(account));
    }

    private static StripePayment Not(EventOutcome refusal) => new("", Guid.Empty, 0, null, refusal);
}
