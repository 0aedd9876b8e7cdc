using System.Globalization;
using AutoForge.Engine.Storage;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Billing.Plans;

/// <summary>Sends people to the payment provider's pages for plans: to subscribe, and to change what they subscribed to.</summary>
internal sealed class PlanCheckout(Database database, PlanTable plans, StripeClient stripe, CustomerTable customers, PublicAddress address)
{
    /// <param name="key">The same key opens one session.</param>
    /// <returns>Where to subscribe.</returns>
    /// <exception cref="InvalidInputException">No plan that can be paid for.</exception>
    /// <exception cref="AutoForgeException"><c>already_subscribed</c>: a second subscription would be paid twice.</exception>
    public async Task<string> SubscribeAsync(Guid accountId, string planId, string key, CancellationToken cancellationToken)
    {
        if (await plans.FindAsync(planId, cancellationToken) is not { IsFree: false } plan)
            throw new InvalidInputException("plan", "There is no such plan to pay for.");
        if ((await SubscriptionTable.GetAsync(database, accountId, cancellationToken)).IsPaidFor)
            throw new AutoForgeException("already_subscribed", "The account has a subscription. Change it on the payment provider's page.");

        var account = accountId.ToString();
        var isListed = plan.StripePriceId is not null;
        var session = await stripe.PostAsync("/v1/checkout/sessions", $"plan-{account}-{key}", cancellationToken,
            ("mode", "subscription"),
            ("customer", await customers.GetAsync(accountId, cancellationToken)),
            ("client_reference_id", account),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price]", plan.StripePriceId),
            ("line_items[0][price_data][currency]", isListed ? null : StripeAmount.Currency),
            ("line_items[0][price_data][unit_amount]", isListed ? null : plan.PriceCents.ToString(CultureInfo.InvariantCulture)),
            ("line_items[0][price_data][product_data][name]", isListed ? null : $"AutoForge {plan.Name}"),
            ("line_items[0][price_data][recurring][interval]", isListed ? null : "month"),
            ("subscription_data[metadata][account_id]", account),
            ("subscription_data[metadata][plan]", plan.Id),
            ("success_url", $"{address.Origin}/billing/plans?subscribed={plan.Id}"),
            ("cancel_url", $"{address.Origin}/billing/plans"));
        return session.Text("url") ?? throw new StripeException(null, "The payment provider gave no page to subscribe on.");
    }

    /// <summary>Where to change the plan, the card or the address, to see invoices and to cancel.</summary>
    /// <exception cref="AutoForgeException"><c>nothing_paid</c>: the provider does not know the account.</exception>
    public async Task<string> PortalAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var customer = await customers.FindAsync(accountId, cancellationToken)
            ?? throw new AutoForgeException("nothing_paid", "The account has not paid anything yet, so there is nothing to manage.");
        var session = await stripe.PostAsync("/v1/billing_portal/sessions", Ids.NewText(), cancellationToken,
            ("customer", customer), ("return_url", $"{address.Origin}/billing/plans"));
        return session.Text("url") ?? throw new StripeException(null, "The payment provider gave no page.");
    }
}
