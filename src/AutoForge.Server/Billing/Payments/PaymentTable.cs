namespace AutoForge.Server.Billing.Payments;

/// <summary>Payments, their refunds and their disputes, as they were told and as far as they are booked.</summary>
internal static class PaymentTable
{
    /// <summary>Finds or makes the row of a payment and locks it: whoever books for the same payment waits here.</summary>
    public static async Task<PaymentRow> LockAsync(BillingTransaction transaction, string id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO stripe_payments (id)
            VALUES (@id)
            ON CONFLICT (id) DO NOTHING
            """, cancellationToken, ("id", id));
        await using var command = transaction.Command(
            """
            SELECT account_id, amount_cents, refunded_cents, refund_bookings
            FROM stripe_payments
            WHERE id = @id
            FOR UPDATE
            """, ("id", id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new PaymentRow(
            id, reader.IsDBNull(0) ? null : reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3));
    }

    public static Task SetPaidAsync(BillingTransaction transaction, StripePayment payment, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE stripe_payments
            SET account_id = @account,
                amount_cents = @amount,
                session_id = @session,
                paid_at = now()
            WHERE id = @id
            """, cancellationToken,
            ("id", payment.Id), ("account", payment.AccountId), ("amount", payment.AmountCents), ("session", payment.SessionId));

    /// <summary>A total never falls, and a refund that has failed stays so: an older event changes nothing.</summary>
    public static Task TellRefundAsync(BillingTransaction transaction, StripeRefund refund, CancellationToken cancellationToken) => refund.Id is null
        ? transaction.ExecuteAsync(
            """
            UPDATE stripe_payments
            SET charge_refunded_cents = GREATEST(charge_refunded_cents, @amount)
            WHERE id = @payment
            """, cancellationToken, ("payment", refund.PaymentId), ("amount", refund.AmountCents))
        : transaction.ExecuteAsync(
            """
            INSERT INTO stripe_refunds (id, payment_id, amount_cents, failed)
            VALUES (@id, @payment, @amount, @failed)
            ON CONFLICT (id) DO UPDATE SET failed = stripe_refunds.failed OR excluded.failed
            """, cancellationToken, ("id", refund.Id), ("payment", refund.PaymentId), ("amount", refund.AmountCents), ("failed", refund.HasFailed));

    /// <summary>
    /// What has gone back to the payer. A charge tells totals and a refund tells itself, and which of the two comes is the
    /// operator's choice of events: the larger is the truth, less what failed.
    /// </summary>
    public static async Task<long> RefundedCentsAsync(BillingTransaction transaction, string paymentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            SELECT GREATEST(0, LEAST(
                p.amount_cents,
                GREATEST(p.charge_refunded_cents, COALESCE(SUM(r.amount_cents), 0)) - COALESCE(SUM(r.amount_cents) FILTER (WHERE r.failed), 0)))::bigint
            FROM stripe_payments AS p
            LEFT JOIN stripe_refunds AS r ON r.payment_id = p.id
            WHERE p.id = @payment
            GROUP BY p.id, p.amount_cents, p.charge_refunded_cents
            """, ("payment", paymentId));
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static Task SetRefundedAsync(BillingTransaction transaction, string paymentId, long cents, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE stripe_payments
            SET refunded_cents = @cents,
                refund_bookings = refund_bookings + 1
            WHERE id = @id
            """, cancellationToken, ("id", paymentId), ("cents", cents));

    public static Task TellDisputeAsync(BillingTransaction transaction, StripeDispute dispute, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO stripe_disputes (id, payment_id, amount_cents, won)
            VALUES (@id, @payment, @amount, @won)
            ON CONFLICT (id) DO UPDATE SET won = stripe_disputes.won OR excluded.won
            """, cancellationToken, ("id", dispute.Id), ("payment", dispute.PaymentId), ("amount", dispute.AmountCents), ("won", dispute.IsWon));

    public static async Task<IReadOnlyList<DisputeRow>> DisputesAsync(
        BillingTransaction transaction, string paymentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            SELECT id, amount_cents, won, taken, returned
            FROM stripe_disputes
            WHERE payment_id = @payment
            ORDER BY id
            """, ("payment", paymentId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<DisputeRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new DisputeRow(reader.GetString(0), reader.GetInt64(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        return rows;
    }

    public static Task SetDisputeAsync(BillingTransaction transaction, string disputeId, bool isReturned, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE stripe_disputes
            SET taken = true,
                returned = @returned
            WHERE id = @id
            """, cancellationToken, ("id", disputeId), ("returned", isReturned));
}
