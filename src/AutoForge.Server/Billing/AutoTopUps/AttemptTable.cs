namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>The table auto_topup_attempts.</summary>
internal static class AttemptTable
{
    /// <summary>What the automatic top-ups of the month (UTC) of account @account cost.</summary>
    public const string MonthCents =
        """
        SELECT COALESCE(SUM(m.amount_cents), 0)::bigint
        FROM auto_topup_attempts AS m
        WHERE m.account_id = @account
          AND m.live = @live
          AND m.status <> 'failed'
          AND m.started_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
        """;

    /// <summary>An account that is on, has a card and too little; its settings' row is then locked. Null = there is none.</summary>
    public static async Task<Guid?> NextAsync(BillingTransaction transaction, bool live, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            SELECT t.account_id
            FROM auto_topups AS t
            CROSS JOIN LATERAL (SELECT t.account_id AS account) AS me
            WHERE {Due(MonthCents.Replace("@account", "me.account", StringComparison.Ordinal))}
            ORDER BY t.account_id
            LIMIT 1
            FOR UPDATE OF t SKIP LOCKED
            """, ("live", live));
        return (Guid?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>
    /// Begins a payment for an account whose settings' row this transaction has locked. It looks again at everything: what
    /// led here was read before the lock, and another node may have begun and ended a payment in between. Null = not due any more.
    /// </summary>
    public static async Task<TopUpAttempt?> BeginAsync(BillingTransaction transaction, Guid accountId, bool live, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            INSERT INTO auto_topup_attempts (account_id, id, live, amount_cents, customer_id, card_id, claimed_until)
            SELECT t.account_id, @id, @live, t.amount_cents, c.customer_id, c.card_id, now() + interval '2 minutes'
            FROM auto_topups AS t
            JOIN stripe_customers AS c ON c.account_id = t.account_id AND c.live = @live
            WHERE t.account_id = @account
              AND {Due(MonthCents)}
            ON CONFLICT DO NOTHING
            RETURNING account_id, id, amount_cents, customer_id, card_id
            """, ("account", accountId), ("id", Ids.NewId()), ("live", live));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new TopUpAttempt(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4))
            : null;
    }

    /// <summary>Takes one whose sender has died, or got no answer, for two minutes. Null = there is none.</summary>
    public static async Task<TopUpAttempt?> ReclaimAsync(BillingTransaction transaction, bool live, CancellationToken cancellationToken)
    {
        // The provider keeps keys for 24 hours.
        await using var command = transaction.Command(
            """
            UPDATE auto_topup_attempts AS p
            SET claimed_until = now() + interval '2 minutes'
            FROM (
                SELECT account_id, id
                FROM auto_topup_attempts
                WHERE status = 'open'
                  AND payment_id IS NULL
                  AND live = @live
                  AND claimed_until < now()
                ORDER BY claimed_until
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            ) AS next
            WHERE p.account_id = next.account_id
              AND p.id = next.id
            RETURNING p.account_id, p.id, p.amount_cents, p.customer_id, p.card_id, p.started_at < now() - interval '23 hours'
            """, ("live", live));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new TopUpAttempt(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetBoolean(5))
            : null;
    }

    /// <summary>Notes which payment it has become; it stays open until the payment is told of.</summary>
    public static Task SetPaymentAsync(BillingTransaction transaction, TopUpAttempt attempt, string paymentId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE auto_topup_attempts
            SET payment_id = @payment
            WHERE account_id = @account AND id = @id AND status = 'open'
            """, cancellationToken, ("account", attempt.AccountId), ("id", attempt.Id), ("payment", paymentId));

    /// <summary>Its payment is booked. One that was given up is so after all.</summary>
    public static Task SucceedAsync(BillingTransaction transaction, Guid accountId, Guid id, string paymentId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE auto_topup_attempts
            SET status = 'succeeded',
                payment_id = @payment,
                failure = NULL,
                ended_at = now()
            WHERE account_id = @account AND id = @id AND status <> 'succeeded'
            """, cancellationToken, ("account", accountId), ("id", id), ("payment", paymentId));

    /// <summary>False when it has ended already.</summary>
    public static async Task<bool> FailAsync(BillingTransaction transaction, Guid accountId, Guid id, string failure, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            UPDATE auto_topup_attempts
            SET status = 'failed',
                failure = @failure,
                ended_at = now()
            WHERE account_id = @account AND id = @id AND status = 'open'
            """, cancellationToken, ("account", accountId), ("id", id), ("failure", failure)) == 1;

    public static Task EraseAsync(BillingTransaction transaction, Guid accountId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            DELETE FROM auto_topup_attempts
            WHERE account_id = @account
            """, cancellationToken, ("account", accountId));

    private static string Due(string monthCents) =>
        $"""
        t.is_on
              AND EXISTS (SELECT FROM stripe_customers AS k WHERE k.account_id = t.account_id AND k.live = @live AND k.card_id IS NOT NULL)
              AND EXISTS (SELECT FROM accounts AS a WHERE a.id = t.account_id AND a.available_cents < t.threshold_cents)
              AND NOT EXISTS (SELECT FROM auto_topup_attempts AS o WHERE o.account_id = t.account_id AND o.live = @live AND o.status = 'open')
              AND t.amount_cents + ({monthCents}) <= t.month_cap_cents
        """;
}
