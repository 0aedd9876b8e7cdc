using System.Text.Json;
using AutoForge.Engine.Crashes;
using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Plans;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Events;

/// <summary>
/// Takes a verified event in one transaction (reliability 21):
/// 1. its row, which shuts out other deliveries of the same event;
/// 2. what it means: payment, refund, dispute, subscription or card, and its ledger entries;
/// 3. the mark that it is done with.
/// </summary>
internal sealed class StripeEventIntake(Database database, IOptions<StripeOptions> options, ILogger<StripeEventIntake> logger)
{
    public async Task ReceiveAsync(StripeEvent received, CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        // 1
        if (!await StripeEventTable.TryInsertAsync(transaction, received, cancellationToken))
            return;
        await FinishAsync(transaction, received, cancellationToken);
    }

    /// <summary>Takes an event that was fetched; one that had come and could not be booked is tried again.</summary>
    /// <param name="recordAsync">Writes who wanted it, in the same transaction.</param>
    /// <returns>What has become of it, and whether just now.</returns>
    public async Task<(EventOutcome Outcome, bool IsNew)> ReplayAsync(
        StripeEvent fetched, Func<BillingTransaction, EventOutcome, Task> recordAsync, CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        // 1. The row is this transaction's own or was there, and then its lock shuts out another replay.
        if (!await StripeEventTable.TryInsertAsync(transaction, fetched, cancellationToken)
            && await StripeEventTable.LockAsync(transaction, fetched.Id, cancellationToken) is { IsDone: true } done)
            return (done, IsNew: false);
        return (await FinishAsync(transaction, fetched, cancellationToken, recordAsync), IsNew: true);
    }

    private async Task<EventOutcome> FinishAsync(
        BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken,
        Func<BillingTransaction, EventOutcome, Task>? recordAsync = null)
    {
        // 2
        var outcome = received.Live == options.Value.IsLive
            ? await BookAsync(transaction, received, cancellationToken)
            : EventOutcome.Refused(received.Live ? "A live event, but this server has a test key." : "A test event, but this server has a live key.");

        // 3
        await StripeEventTable.MarkAsync(transaction, received.Id, outcome, cancellationToken);
        if (recordAsync is not null)
            await recordAsync(transaction, outcome);
        // Crash before: nothing of it is there, the sender gets no answer and sends it again. Crash after: it is there once,
        // and the repeat ends at step 1.
        CrashPoints.Pass(CrashPoint.Payment, CommitSide.Before);
        await transaction.CommitAsync(cancellationToken);
        CrashPoints.Pass(CrashPoint.Payment, CommitSide.After);
        Log.EventTaken(logger, received.Id, received.Type, outcome.Name, outcome.AccountId);
        return outcome;
    }

    private static Task<EventOutcome> BookAsync(BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken)
    {
        var thing = received.Object;
        return received.Type switch
        {
            "checkout.session.completed" or "checkout.session.async_payment_succeeded" =>
                BookPaymentAsync(transaction, StripePayment.OfSession(thing), cancellationToken),
            "payment_intent.succeeded" => StripeAutoTopUp.PaidAsync(transaction, thing, cancellationToken),
            "payment_intent.payment_failed" or "payment_intent.canceled" => StripeAutoTopUp.FailedAsync(transaction, thing, cancellationToken),
            "setup_intent.succeeded" => StripeAutoTopUp.SavedAsync(transaction, received, cancellationToken),
            "charge.refunded" => BookRefundAsync(transaction, thing, StripeRefund.OfCharge(thing), cancellationToken),
            "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" =>
                BookRefundAsync(transaction, thing, StripeRefund.Of(thing), cancellationToken),
            "charge.dispute.created" or "charge.dispute.updated" or "charge.dispute.closed"
                or "charge.dispute.funds_withdrawn" or "charge.dispute.funds_reinstated" =>
                BookDisputeAsync(transaction, thing, cancellationToken),
            "customer.subscription.created" or "customer.subscription.updated" or "customer.subscription.deleted" =>
                BookSubscriptionAsync(transaction, received, cancellationToken),
            "invoice.paid" or "invoice.payment_failed" => BookInvoiceAsync(transaction, received, cancellationToken),
            _ => Task.FromResult(EventOutcome.Ignored("An event of no interest.")),
        };
    }

    private static async Task<EventOutcome> BookPaymentAsync(BillingTransaction transaction, StripePayment payment, CancellationToken cancellationToken) =>
        payment.Refusal ?? await PaymentBook.PayAsync(transaction, payment, cancellationToken);

    private static async Task<EventOutcome> BookRefundAsync(
        BillingTransaction transaction, JsonElement thing, StripeRefund? refund, CancellationToken cancellationToken)
    {
        if (StripeAmount.RefusalOf(thing) is { } refusal)
            return refusal;
        return refund is null
            ? EventOutcome.Refused("The refund has no payment or no valid amount.")
            : await PaymentBook.RefundAsync(transaction, refund, cancellationToken);
    }

    private static async Task<EventOutcome> BookDisputeAsync(BillingTransaction transaction, JsonElement thing, CancellationToken cancellationToken)
    {
        if (StripeAmount.RefusalOf(thing) is { } refusal)
            return refusal;
        if (StripeDispute.IsInquiry(thing))
            return EventOutcome.Ignored("An inquiry: no money was taken.");
        return StripeDispute.Of(thing) is { } dispute
            ? await PaymentBook.DisputeAsync(transaction, dispute, cancellationToken)
            : EventOutcome.Refused("The dispute has no payment or no valid amount.");
    }

    private static async Task<EventOutcome> BookSubscriptionAsync(BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken) =>
        StripeSubscription.Of(received.Object, received.Type == "customer.subscription.deleted") is { } told
            ? await SubscriptionBook.TellAsync(transaction, told, received.CreatedAt, cancellationToken)
            : EventOutcome.Refused("The subscription has no id.");

    private static async Task<EventOutcome> BookInvoiceAsync(BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken)
    {
        if (StripeInvoice.Of(received.Object) is not { } invoice)
            return EventOutcome.Ignored("Not the invoice of a subscription.");
        if (StripeAmount.RefusalOf(received.Object) is { } refusal)
            return refusal;
        return received.Type == "invoice.paid"
            ? await SubscriptionBook.PaidAsync(transaction, invoice, cancellationToken)
            : await SubscriptionBook.FailedAsync(transaction, invoice, cancellationToken);
    }
}
