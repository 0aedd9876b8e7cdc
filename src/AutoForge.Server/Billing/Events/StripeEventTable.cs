using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Events;

/// <summary>Which events have come, and what has become of them.</summary>
internal static class StripeEventTable
{
    private const int MostDetail = 200;

    /// <summary>
    /// False when another delivery has brought the event. While that one is still at work this waits for its end: if it
    /// commits the event is done with, if it fails this delivery does the work.
    /// </summary>
    public static async Task<bool> TryInsertAsync(BillingTransaction transaction, StripeEvent received, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            INSERT INTO stripe_events (id, type, live, object_id, created_at)
            VALUES (@id, @type, @live, @object, @created)
            ON CONFLICT (id) DO NOTHING
            """, cancellationToken,
            ("id", received.Id), ("type", received.Type), ("live", received.Live), ("object", received.Object.Text("id")), ("created", received.CreatedAt)) == 1;

    /// <summary>What has become of an event that has come; nobody else does anything about it until the transaction ends.</summary>
    public static async Task<EventOutcome> LockAsync(BillingTransaction transaction, string id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            SELECT outcome, account_id, detail
            FROM stripe_events
            WHERE id = @id
            FOR UPDATE
            """, ("id", id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new EventOutcome(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetString(2))
            : throw new InvalidOperationException("Events are never deleted.");
    }

    public static Task MarkAsync(BillingTransaction transaction, string id, EventOutcome outcome, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE stripe_events
            SET outcome = @outcome,
                account_id = @account,
                detail = @detail,
                processed_at = now()
            WHERE id = @id
            """, cancellationToken,
            ("id", id), ("outcome", outcome.Name), ("account", (object?)outcome.AccountId ?? DBNull.Value),
            ("detail", outcome.Detail is { Length: > MostDetail } detail ? detail[..MostDetail] : outcome.Detail));
}
