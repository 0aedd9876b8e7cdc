using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Plans;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing;

/// <summary>Ends what an account has with the payment provider, and forgets who it was there.</summary>
/// <remarks>What was paid, refunded and disputed stays: it proves the ledger, and names nobody.</remarks>
internal sealed class BillingErasure(Database database, StripeClient stripe, CustomerTable customers, IOptions<StripeOptions> options)
{
    /// <summary>
    /// Cancels the subscription, and deletes the customer with its saved cards: the provider asks for no more money. Safe
    /// to repeat; what is gone already is gone.
    /// </summary>
    /// <exception cref="AutoForgeException"><c>payment_provider</c> or <c>payments_off</c>: it goes on asking for money.</exception>
    public async Task EndAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var subscription = await SubscriptionTable.GetAsync(database, accountId, cancellationToken);
        // Without its keys this server cannot speak for the customer any more, and charges nothing either.
        if (!subscription.IsPaidFor && !options.Value.IsOn)
            return;
        try
        {
            if (subscription.IsPaidFor)
                await DeleteAsync($"/v1/subscriptions/{subscription.StripeId}", cancellationToken);
            // This also cancels a subscription of which no event has come yet.
            if (await customers.FindAsync(accountId, cancellationToken) is { } customer)
                await DeleteAsync($"/v1/customers/{customer}", cancellationToken);
        }
        catch (AutoForgeException e) when (e.Code is "payment_provider" or "payments_off")
        {
            throw new AutoForgeException(
                e.Code,
                "The payment provider could not be told to stop charging you. The account was not deleted; try again in a moment, or ask the operator of this server.", e);
        }
    }

    public async Task EraseAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        await AutoTopUpTable.EraseAsync(transaction, accountId, cancellationToken);
        await AttemptTable.EraseAsync(transaction, accountId, cancellationToken);
        await CustomerTable.EraseAsync(transaction, accountId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await stripe.DeleteAsync(path, cancellationToken);
        }
        catch (StripeException e) when (e.ProviderCode == "resource_missing")
        {
            // It has ended before.
        }
    }
}
