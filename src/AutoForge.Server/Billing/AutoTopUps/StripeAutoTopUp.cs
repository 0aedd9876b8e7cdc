using System.Text.Json;
using AutoForge.Server.Billing.Events;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>What events tell of cards that are saved and charged.</summary>
internal static class StripeAutoTopUp
{
    /// <summary>A payment intent of an automatic top-up that was paid. Others are told of by their checkout sessions and invoices.</summary>
    public static async Task<EventOutcome> PaidAsync(BillingTransaction transaction, JsonElement intent, CancellationToken cancellationToken)
    {
        if (AttemptOf(intent) is not { } attemptId)
            return EventOutcome.Ignored("No automatic top-up.");
        var payment = StripePayment.OfIntent(intent);
        if (payment.Refusal is { } refusal)
            return refusal;
        var outcome = await PaymentBook.PayAsync(transaction, payment, cancellationToken);
        if (outcome.AccountId == payment.AccountId)
            await AttemptTable.SucceedAsync(transaction, payment.AccountId, attemptId, payment.Id, cancellationToken);
        return outcome;
    }

    /// <summary>A payment intent of an automatic top-up that will not be paid.</summary>
    public static async Task<EventOutcome> FailedAsync(BillingTransaction transaction, JsonElement intent, CancellationToken cancellationToken)
    {
        if (AttemptOf(intent) is not { } attemptId || AccountOf(intent) is not { } accountId)
            return EventOutcome.Ignored("No automatic top-up.");
        var failure = intent.Find("last_payment_error", "code")?.ToString() ?? "refused";
        await CardCharges.FailAsync(transaction, accountId, attemptId, failure, cancellationToken);
        return EventOutcome.Ignored($"The automatic top-up was not paid: {failure}.", accountId);
    }

    /// <summary>A card was saved: from now on it is the one to charge.</summary>
    public static async Task<EventOutcome> SavedAsync(BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken)
    {
        var setup = received.Object;
        if (AccountOf(setup) is not { } accountId || setup.IdOf("customer") is not { Length: > 0 } customer || setup.IdOf("payment_method") is not { Length: > 0 } card)
            return EventOutcome.Ignored("No card of an account.");
        return await CustomerTable.SaveCardAsync(transaction, accountId, customer, card, received.CreatedAt, cancellationToken)
            ? EventOutcome.Ignored("The card is saved.", accountId)
            : EventOutcome.Ignored("A newer card is saved, or the customer is another account's.");
    }

    private static Guid? AttemptOf(JsonElement thing) => Id(thing, TopUpAttempt.Metadata);

    private static Guid? AccountOf(JsonElement thing) => Id(thing, "account_id");

    private static Guid? Id(JsonElement thing, string name) =>
        Guid.TryParse(thing.Find("metadata", name)?.ToString(), out var id) ? id : null;
}
