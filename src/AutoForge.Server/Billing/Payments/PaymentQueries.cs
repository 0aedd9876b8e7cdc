using AutoForge.Engine.Storage;

namespace AutoForge.Server.Billing.Payments;

/// <summary>What an account has paid.</summary>
internal sealed class PaymentQueries(Database database)
{
    /// <summary>US cents; null while the session's payment has not come, or when the session is another account's.</summary>
    public async Task<long?> PaidCentsAsync(Guid accountId, string sessionId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT amount_cents
            FROM stripe_payments
            WHERE account_id = @account AND session_id = @session
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("session", sessionId);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
