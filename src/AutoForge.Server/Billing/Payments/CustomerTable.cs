using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Which customer of the payment provider an account is.</summary>
internal sealed class CustomerTable(Database database, StripeClient stripe, IOptions<StripeOptions> options)
{
    /// <summary>Null when the account has not paid anything yet.</summary>
    public async Task<string?> FindAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT customer_id
            FROM stripe_customers
            WHERE account_id = @account AND live = @live
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("live", options.Value.IsLive);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Keeps the newest card that a customer has saved. False when there is a newer one, or no such customer.</summary>
    public static async Task<bool> SaveCardAsync(
        BillingTransaction transaction, Guid accountId, string customerId, string cardId, DateTimeOffset savedAt, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            UPDATE stripe_customers
            SET card_id = @card,
                card_saved_at = @saved
            WHERE account_id = @account
              AND customer_id = @customer
              AND (card_saved_at IS NULL OR card_saved_at <= @saved)
            """, cancellationToken, ("account", accountId), ("customer", customerId), ("card", cardId), ("saved", savedAt)) == 1;

    /// <summary>Makes the customer when there is none.</summary>
    public async Task<string> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        if (await FindAsync(accountId, cancellationToken) is { } known)
            return known;

        // Two requests at once ask with one key and get one customer; so does a retry after a crash before the insert.
        var customer = await stripe.PostAsync("/v1/customers", $"customer-{accountId}", cancellationToken,
            ("email", await EmailAsync(accountId, cancellationToken)), ("metadata[account_id]", accountId.ToString()));
        var id = customer.Text("id") ?? throw new StripeException(null, "The payment provider gave no customer.");
        await using var insert = database.DataSource.CreateCommand(
            """
            INSERT INTO stripe_customers (account_id, live, customer_id)
            VALUES (@account, @live, @customer)
            ON CONFLICT DO NOTHING
            """);
        insert.Parameters.AddWithValue("account", accountId);
        insert.Parameters.AddWithValue("live", options.Value.IsLive);
        insert.Parameters.AddWithValue("customer", id);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return await FindAsync(accountId, cancellationToken) ?? id;
    }

    public static Task EraseAsync(BillingTransaction transaction, Guid accountId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            DELETE FROM stripe_customers
            WHERE account_id = @account
            """, cancellationToken, ("account", accountId));

    private async Task<string?> EmailAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT email
            FROM users
            WHERE account_id = @account
            ORDER BY created_at
            LIMIT 1
            """);
        command.Parameters.AddWithValue("account", accountId);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
