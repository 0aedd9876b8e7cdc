using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Server.Billing.Events;
using Npgsql;

namespace AutoForge.Server.Billing.Plans;

/// <summary>
/// Carries out what the payment provider tells of subscriptions and their invoices, under the lock of the account's row.
/// A state that is older than the one known changes nothing, and a subscription that has ended stays so.
/// </summary>
internal static class SubscriptionBook
{
    /// <summary>How long a failed payment can be made good before the account comes to the free plan.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    public static async Task<EventOutcome> TellAsync(
        BillingTransaction transaction, StripeSubscription told, DateTimeOffset toldAt, CancellationToken cancellationToken)
    {
        if (told.Status is null)
            return EventOutcome.Ignored("Its first payment has not come.");
        if (await AccountOfAsync(transaction, told.Id, told.AccountId, told.CustomerId, cancellationToken) is not { } accountId)
            return EventOutcome.UnknownAccount(told.CustomerId);
        var plans = await PlanTable.ListAsync(transaction, cancellationToken);
        var (known, knownAt) = await SubscriptionTable.LockAsync(transaction, accountId, cancellationToken);

        var isSame = known.StripeId == told.Id;
        if (isSame && (toldAt < knownAt || known.Status == Subscription.Ended))
            return EventOutcome.Ignored("A newer state is known.", accountId);
        // The end of an earlier subscription, or its late news, does not touch the one that replaced it.
        if (!isSame && known.IsPaidFor && (told.Status == Subscription.Ended || toldAt < knownAt))
            return EventOutcome.Ignored("Another subscription has replaced it.", accountId);

        var plan = told.Status == Subscription.Ended ? plans.First(p => p.Id == Plan.Free) : PlanOf(plans, told.PriceId, told.PlanId);
        if (plan is null)
            return EventOutcome.Refused($"No plan has the price {told.PriceId}.");
        await SubscriptionTable.SetAsync(
            transaction, accountId,
            new Subscription(plan.Id, told.Status, told.Id, told.CurrentPeriodEnd, told.CancelAtPeriodEnd), toldAt, Grace, cancellationToken);
        await ApplyAsync(transaction, accountId, plan, cancellationToken);
        return EventOutcome.Booked(accountId);
    }

    /// <summary>A paid month brings the plan's credit, once per invoice.</summary>
    public static async Task<EventOutcome> PaidAsync(BillingTransaction transaction, StripeInvoice invoice, CancellationToken cancellationToken)
    {
        if (invoice.PaidCents is null || !invoice.IsMonth)
            return EventOutcome.Ignored("Not the payment of a month.");
        if (await AccountOfAsync(transaction, invoice.SubscriptionId, invoice.AccountId, invoice.CustomerId, cancellationToken) is not { } accountId)
            return EventOutcome.UnknownAccount(invoice.CustomerId);
        var (known, toldAt) = await SubscriptionTable.LockAsync(transaction, accountId, cancellationToken);
        var isKnown = known.StripeId == invoice.SubscriptionId;
        // The invoice may be told before its subscription.
        var plans = await PlanTable.ListAsync(transaction, cancellationToken);
        var plan = PlanOf(plans, invoice.PriceId, isKnown && known.Status != Subscription.Ended ? known.PlanId : invoice.PlanId);
        if (plan is null)
            return EventOutcome.Refused($"No plan has the price {invoice.PriceId}.");

        if (isKnown && known.Status == Subscription.PastDue)
            await SubscriptionTable.SetAsync(transaction, accountId, known with { Status = Subscription.Active }, toldAt, Grace, cancellationToken);
        var booking = await CreditBooking.LockAsync(transaction.Connection, transaction.Transaction, accountId, cancellationToken)
            ?? throw new InvalidOperationException("An account with a subscription exists.");
        var source = $"stripe:invoice:{invoice.Id}";
        if (plan.IncludedCreditCents == 0 || await booking.IsBookedAsync(source, cancellationToken))
            return EventOutcome.Ignored("No credit to give, or given already.", accountId);
        booking.Add(EntryType.Grant, plan.IncludedCreditCents, source, $"Credit of the plan {plan.Name}");
        await booking.WriteAsync(cancellationToken);
        return EventOutcome.Booked(accountId);
    }

    /// <summary>Begins the grace period; the provider goes on trying.</summary>
    public static async Task<EventOutcome> FailedAsync(BillingTransaction transaction, StripeInvoice invoice, CancellationToken cancellationToken)
    {
        if (await AccountOfAsync(transaction, invoice.SubscriptionId, invoice.AccountId, invoice.CustomerId, cancellationToken) is not { } accountId)
            return EventOutcome.UnknownAccount(invoice.CustomerId);
        var (known, toldAt) = await SubscriptionTable.LockAsync(transaction, accountId, cancellationToken);
        if (known.StripeId != invoice.SubscriptionId || known.Status != Subscription.Active)
            return EventOutcome.Ignored("Nothing of it is active.", accountId);
        // A retry of an old invoice may be told after it was paid.
        await using var paid = transaction.Command(
            """
            SELECT EXISTS (SELECT FROM ledger_entries WHERE account_id = @account AND source = @source AND run_id IS NULL)
            """, ("account", accountId), ("source", $"stripe:invoice:{invoice.Id}"));
        if (await paid.ExecuteScalarAsync(cancellationToken) is true)
            return EventOutcome.Ignored("It has been paid since.", accountId);
        await SubscriptionTable.SetAsync(transaction, accountId, known with { Status = Subscription.PastDue }, toldAt, Grace, cancellationToken);
        return EventOutcome.Booked(accountId);
    }

    /// <summary>Makes the plan's limits hold from the next accepted run on.</summary>
    public static async Task ApplyAsync(BillingTransaction transaction, Guid accountId, Plan plan, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction.Transaction)
        {
            BatchCommands = { AccountLimits.SetCommand(accountId, plan.Limits) },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Plan? PlanOf(IReadOnlyList<Plan> plans, string? priceId, string? planId) =>
        plans.FirstOrDefault(plan => priceId is not null && plan.StripePriceId == priceId) ?? plans.FirstOrDefault(plan => plan.Id == planId);

    /// <summary>What we wrote into it ourselves, if that account exists, or the account whose customer it is.</summary>
    private static async Task<Guid?> AccountOfAsync(
        BillingTransaction transaction, string subscriptionId, Guid? named, string? customerId, CancellationToken cancellationToken)
    {
        if (named is not { } accountId)
            return await SubscriptionTable.AccountOfAsync(transaction, subscriptionId, customerId, cancellationToken);
        await using var exists = transaction.Command("SELECT EXISTS (SELECT FROM accounts WHERE id = @id)", ("id", accountId));
        return await exists.ExecuteScalarAsync(cancellationToken) is true ? accountId : null;
    }
}
