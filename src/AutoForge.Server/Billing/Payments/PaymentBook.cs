using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing.Events;

namespace AutoForge.Server.Billing.Payments;

/// <summary>
/// Books payments and what became of them. Each step first stores what was told, then books the difference to what has been
/// booked, all under the lock of the payment's row: told twice, late or in another order, it comes to the same.
/// </summary>
internal static class PaymentBook
{
    public static async Task<EventOutcome> PayAsync(BillingTransaction transaction, StripePayment payment, CancellationToken cancellationToken)
    {
        var row = await PaymentTable.LockAsync(transaction, payment.Id, cancellationToken);
        if (row.AccountId is not null)
            return EventOutcome.Ignored("The payment is booked already.", row.AccountId);
        var booking = await CreditBooking.LockAsync(transaction.Connection, transaction.Transaction, payment.AccountId, cancellationToken);
        if (booking is null)
            return EventOutcome.UnknownAccount(payment.AccountId.ToString());

        booking.Add(EntryType.Topup, payment.AmountCents, Source(payment.Id), payment.Description);
        await PaymentTable.SetPaidAsync(transaction, payment, cancellationToken);
        await BookReversalsAsync(transaction, row with { AccountId = payment.AccountId, AmountCents = payment.AmountCents }, booking, cancellationToken);
        await booking.WriteAsync(cancellationToken);
        return EventOutcome.Booked(payment.AccountId);
    }

    public static async Task<EventOutcome> RefundAsync(BillingTransaction transaction, StripeRefund refund, CancellationToken cancellationToken)
    {
        await PaymentTable.LockAsync(transaction, refund.PaymentId, cancellationToken);
        await PaymentTable.TellRefundAsync(transaction, refund, cancellationToken);
        return await ReverseAsync(transaction, refund.PaymentId, cancellationToken);
    }

    public static async Task<EventOutcome> DisputeAsync(BillingTransaction transaction, StripeDispute dispute, CancellationToken cancellationToken)
    {
        await PaymentTable.LockAsync(transaction, dispute.PaymentId, cancellationToken);
        await PaymentTable.TellDisputeAsync(transaction, dispute, cancellationToken);
        return await ReverseAsync(transaction, dispute.PaymentId, cancellationToken);
    }

    private static async Task<EventOutcome> ReverseAsync(BillingTransaction transaction, string paymentId, CancellationToken cancellationToken)
    {
        var row = await PaymentTable.LockAsync(transaction, paymentId, cancellationToken);
        if (row.AccountId is not { } accountId)
            return EventOutcome.Ignored("No top-up of ours, or not told yet; it is booked with the payment.");
        var booking = await CreditBooking.LockAsync(transaction.Connection, transaction.Transaction, accountId, cancellationToken)
            ?? throw new InvalidOperationException("A booked payment has an account.");

        var hasBooked = await BookReversalsAsync(transaction, row, booking, cancellationToken);
        await booking.WriteAsync(cancellationToken);
        return hasBooked ? EventOutcome.Booked(accountId) : EventOutcome.Ignored("It is booked already.", accountId);
    }

    private static async Task<bool> BookReversalsAsync(
        BillingTransaction transaction, PaymentRow row, CreditBooking booking, CancellationToken cancellationToken)
    {
        var hasBooked = await BookRefundsAsync(transaction, row, booking, cancellationToken);
        foreach (var dispute in await PaymentTable.DisputesAsync(transaction, row.Id, cancellationToken))
        {
            var source = $"stripe:dispute:{dispute.Id}";
            // A dispute that was won before it was told of has moved nothing.
            var (take, giveBack) = (!dispute.IsWon && !dispute.Taken, dispute.IsWon && dispute.Taken && !dispute.Returned);
            if (take)
                booking.TakeBack(EntryType.Dispute, dispute.AmountCents, source, "Payment disputed by the payer's bank");
            if (giveBack)
                booking.Add(EntryType.Adjustment, dispute.AmountCents, source + ":won", "Dispute won: the payment stands");
            if (take || giveBack)
                await PaymentTable.SetDisputeAsync(transaction, dispute.Id, giveBack, cancellationToken);
            hasBooked |= take || giveBack;
        }
        return hasBooked;
    }

    private static async Task<bool> BookRefundsAsync(
        BillingTransaction transaction, PaymentRow row, CreditBooking booking, CancellationToken cancellationToken)
    {
        var refunded = await PaymentTable.RefundedCentsAsync(transaction, row.Id, cancellationToken);
        var change = refunded - row.RefundedCents;
        if (change == 0)
            return false;
        var source = $"stripe:refund:{row.Id}:{row.RefundBookings + 1}";
        if (change > 0)
            booking.TakeBack(EntryType.Adjustment, change, source, "Top-up refunded");
        else
            booking.Add(EntryType.Adjustment, -change, source, "Refund of a top-up failed: the payment stands");
        await PaymentTable.SetRefundedAsync(transaction, row.Id, refunded, cancellationToken);
        return true;
    }

    private static string Source(string paymentId) => "stripe:" + paymentId;
}
