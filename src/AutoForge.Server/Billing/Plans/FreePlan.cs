using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Plans;

/// <summary>The plan that every account begins on. A server that sells no plans limits nobody.</summary>
internal sealed class FreePlan(Database database, IOptions<StripeOptions> stripe)
{
    /// <summary>Makes its limits hold for a new account. A repeat changes nothing.</summary>
    public async Task BeginAsync(Guid accountId, CancellationToken cancellationToken)
    {
        if (!stripe.Value.IsOn)
            return;
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        var (subscription, _) = await SubscriptionTable.LockAsync(transaction, accountId, cancellationToken);
        var plan = (await PlanTable.ListAsync(transaction, cancellationToken)).First(p => p.Id == subscription.PlanId);
        await SubscriptionBook.ApplyAsync(transaction, accountId, plan, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
