using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Server.Billing.Plans;

/// <summary>Which plan each account is on.</summary>
internal static class SubscriptionTable
{
    private const string Columns = "plan_id, status, stripe_subscription_id, current_period_end, cancel_at_period_end, grace_until, paused_workflows";

    /// <summary>An account that has never subscribed is on the free plan.</summary>
    public static async Task<Subscription> GetAsync(Database database, Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            $"""
            SELECT {Columns}
            FROM subscriptions
            WHERE account_id = @account
            """);
        command.Parameters.AddWithValue("account", accountId);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Finds or makes the account's row and locks it: whoever changes its plan waits here.</summary>
    public static async Task<(Subscription Subscription, DateTimeOffset? ToldAt)> LockAsync(
        BillingTransaction transaction, Guid accountId, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO subscriptions (account_id, plan_id, status)
            VALUES (@account, 'free', 'active')
            ON CONFLICT (account_id) DO NOTHING
            """, cancellationToken, ("account", accountId));
        await using var command = transaction.Command(
            $"""
            SELECT {Columns}, told_at
            FROM subscriptions
            WHERE account_id = @account
            FOR UPDATE
            """, ("account", accountId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (Read(reader), Time(reader, 7));
    }

    /// <param name="graceFor">How long a failed payment can be made good, from the first that is told; the database's clock counts.</param>
    public static Task SetAsync(
        BillingTransaction transaction, Guid accountId, Subscription subscription, DateTimeOffset? toldAt, TimeSpan graceFor, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE subscriptions
            SET plan_id = @plan,
                status = @status,
                stripe_subscription_id = @stripe,
                told_at = @told,
                current_period_end = @period_end,
                cancel_at_period_end = @cancel,
                grace_until = CASE WHEN @status = 'past_due' THEN COALESCE(grace_until, now() + @grace) END,
                settled = settled AND plan_id = @plan,
                paused_workflows = CASE WHEN plan_id = @plan THEN paused_workflows ELSE 0 END,
                updated_at = now()
            WHERE account_id = @account
            """, cancellationToken,
            ("account", accountId), ("plan", subscription.PlanId), ("status", subscription.Status), ("stripe", subscription.StripeId), ("told", toldAt),
            ("period_end", subscription.CurrentPeriodEnd), ("cancel", subscription.CancelAtPeriodEnd), ("grace", graceFor));

    /// <summary>The account whose customer or subscription it is; null when it is nobody's.</summary>
    public static async Task<Guid?> AccountOfAsync(
        BillingTransaction transaction, string subscriptionId, string? customerId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            SELECT account_id
            FROM subscriptions
            WHERE stripe_subscription_id = @subscription
            UNION ALL
            SELECT account_id
            FROM stripe_customers
            WHERE customer_id = @customer
            LIMIT 1
            """, ("subscription", subscriptionId), ("customer", customerId ?? ""));
        return (Guid?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<Subscription> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : Subscription.OfFree;
    }

    private static Subscription Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), Time(reader, 3), reader.GetBoolean(4),
        Time(reader, 5), reader.GetInt32(6));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
