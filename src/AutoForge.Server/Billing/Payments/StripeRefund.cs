using System.Text.Json;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Money that went back to the payer.</summary>
/// <param name="Id">Of one refund; null when it is a charge that tells the total of all its refunds.</param>
/// <param name="AmountCents">US cents: of the one refund, or of all.</param>
/// <param name="HasFailed">Whether the money came back to us after all.</param>
internal sealed record StripeRefund(string PaymentId, string? Id, long AmountCents, bool HasFailed)
{
    public static StripeRefund? OfCharge(JsonElement charge) =>
        charge.IdOf("payment_intent") is { Length: > 0 } payment && StripeAmount.Cents(charge, "amount_refunded") is { } cents
            ? new StripeRefund(payment, null, cents, HasFailed: false)
            : null;

    public static StripeRefund? Of(JsonElement refund) =>
        refund.IdOf("payment_intent") is { Length: > 0 } payment && refund.Text("id") is { Length: > 0 } id && StripeAmount.Cents(refund, "amount") is { } cents
            ? new StripeRefund(payment, id, cents, refund.Text("status") is "failed" or "canceled")
            : null;
}
