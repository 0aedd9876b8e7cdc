using AutoForge.Engine.Ledger;

namespace AutoForge.Server.Billing;

/// <summary>What <c>ledger verify</c> proves beyond the engine's own: what the payment provider told is what stands in the ledger.</summary>
internal static class BillingInvariants
{
    // What a source has moved is its entry and what became a debt because the balance did not cover it.
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("I9", "Payments are top-ups, refunds and disputes are what was taken back, cent by cent.",
            """
            SELECT 'payment ' || p.id
            FROM stripe_payments AS p
            LEFT JOIN ledger_entries AS e
                ON e.account_id = p.account_id AND e.source = 'stripe:' || p.id AND e.run_id IS NULL AND e.type = 'topup'
            WHERE p.account_id IS NOT NULL
              AND e.amount_cents IS DISTINCT FROM p.amount_cents
            UNION ALL
            SELECT 'top-up ' || e.account_id || '/' || e.entry_no
            FROM ledger_entries AS e
            LEFT JOIN stripe_payments AS p ON p.account_id = e.account_id AND e.source = 'stripe:' || p.id
            WHERE e.type = 'topup' AND p.id IS NULL
            UNION ALL
            SELECT 'refunds of ' || p.id
            FROM stripe_payments AS p
            LEFT JOIN LATERAL (
                SELECT SUM(m.cents) AS cents
                FROM (
                    SELECT e.source, -e.available_delta_cents AS cents FROM ledger_entries AS e WHERE e.account_id = p.account_id AND e.run_id IS NULL
                    UNION ALL
                    SELECT d.source, d.amount_cents FROM account_debts AS d WHERE d.account_id = p.account_id
                ) AS m
                WHERE starts_with(m.source, 'stripe:refund:' || p.id || ':')
            ) AS moved ON true
            WHERE p.refund_bookings > 0
              AND p.refunded_cents <> COALESCE(moved.cents, 0)
            UNION ALL
            SELECT 'dispute ' || d.id
            FROM stripe_disputes AS d
            JOIN stripe_payments AS p ON p.id = d.payment_id
            WHERE p.account_id IS NOT NULL
              AND COALESCE((
                    SELECT SUM(-e.available_delta_cents) FROM ledger_entries AS e
                    WHERE e.account_id = p.account_id AND e.run_id IS NULL AND e.source IN ('stripe:dispute:' || d.id, 'stripe:dispute:' || d.id || ':won')), 0)
                + COALESCE((
                    SELECT SUM(o.amount_cents) FROM account_debts AS o
                    WHERE o.account_id = p.account_id AND o.source = 'stripe:dispute:' || d.id), 0)
                <> CASE WHEN d.won THEN 0 ELSE d.amount_cents END
            UNION ALL
            SELECT 'automatic top-up ' || t.id
            FROM auto_topup_attempts AS t
            LEFT JOIN stripe_payments AS p ON p.id = t.payment_id AND p.account_id = t.account_id
            WHERE t.status = 'succeeded'
              AND p.amount_cents IS DISTINCT FROM t.amount_cents
            """),
    ];
}
