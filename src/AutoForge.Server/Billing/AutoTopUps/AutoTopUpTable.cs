using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>The table auto_topups, and what belongs to it for its owner.</summary>
internal sealed class AutoTopUpTable(Database database, IOptions<StripeOptions> options)
{
    public async Task<AutoTopUpState> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            $"""
            SELECT t.is_on, t.threshold_cents, t.amount_cents, t.month_cap_cents, t.stopped_by, c.card_saved_at,
                   (SELECT p.amount_cents FROM auto_topup_attempts AS p WHERE p.account_id = @account AND p.live = @live AND p.status = 'open'),
                   ({AttemptTable.MonthCents})
            FROM (SELECT @account AS account_id) AS a
            LEFT JOIN auto_topups AS t ON t.account_id = a.account_id
            LEFT JOIN stripe_customers AS c ON c.account_id = a.account_id AND c.live = @live
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("live", options.Value.IsLive);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new AutoTopUpState(
            reader.IsDBNull(0)
                ? null
                : new AutoTopUpSettings(reader.GetBoolean(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetString(4)),
            reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
            reader.IsDBNull(6) ? null : reader.GetInt64(6),
            reader.GetInt64(7));
    }

    public async Task SetAsync(Guid accountId, AutoTopUpSettings settings, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            INSERT INTO auto_topups (account_id, is_on, threshold_cents, amount_cents, month_cap_cents)
            VALUES (@account, @on, @threshold, @amount, @cap)
            ON CONFLICT (account_id) DO UPDATE
            SET is_on = EXCLUDED.is_on,
                threshold_cents = EXCLUDED.threshold_cents,
                amount_cents = EXCLUDED.amount_cents,
                month_cap_cents = EXCLUDED.month_cap_cents,
                stopped_by = NULL,
                updated_at = now()
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("on", settings.IsOn);
        command.Parameters.AddWithValue("threshold", settings.ThresholdCents);
        command.Parameters.AddWithValue("amount", settings.AmountCents);
        command.Parameters.AddWithValue("cap", settings.MonthCapCents);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Shuts out whoever begins a payment for the account or ends one.</summary>
    public static Task LockAsync(BillingTransaction transaction, Guid accountId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            SELECT FROM auto_topups
            WHERE account_id = @account
            FOR UPDATE
            """, cancellationToken, ("account", accountId));

    public static Task StopAsync(BillingTransaction transaction, Guid accountId, string reason, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE auto_topups
            SET is_on = false,
                stopped_by = @reason,
                updated_at = now()
            WHERE account_id = @account
            """, cancellationToken, ("account", accountId), ("reason", reason));

    public static Task EraseAsync(BillingTransaction transaction, Guid accountId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            DELETE FROM auto_topups
            WHERE account_id = @account
            """, cancellationToken, ("account", accountId));
}
