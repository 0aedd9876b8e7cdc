using System.Text.Json;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Payments;

/// <summary>A payer's bank has taken the money of a payment back, for now or for good.</summary>
internal sealed record StripeDispute(string Id, string PaymentId, long AmountCents, bool IsWon)
{
    public static StripeDispute? Of(JsonElement dispute) =>
        dispute.IdOf("payment_intent") is { Length: > 0 } payment && dispute.Text("id") is { Length: > 0 } id && StripeAmount.Cents(dispute, "amount") is { } cents
            ? new StripeDispute(id, payment, cents, dispute.Text("status") == "won")
            : null;

    /// <summary>A bank that only asks takes nothing.</summary>
    public static bool IsInquiry(JsonElement dispute) => dispute.Text("status")?.StartsWith("warning_", StringComparison.Ordinal) == true;
}
