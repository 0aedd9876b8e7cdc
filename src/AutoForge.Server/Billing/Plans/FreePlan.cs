using AutoForge.Engine.Storage;

namespace AutoForge.Server.Billing.Plans;

/// <summary>The plan that every account begins on.</summary>
internal sealed class FreePlan(Database database)
{
    /// <summary>Makes its limits hold for a new account. A repeat changes nothing.</summary>
    public async Task BeginAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        var (subscription, _) = await SubscriptionTable.LockAsync(transaction, accountId, cancellationToken);
        var plan = (await PlanTable.ListAsync(transaction, cancellationToken)).First(p => p.Id == subscription.PlanId);
        await SubscriptionBook.ApplyAsync(transaction, accountId, plan, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
