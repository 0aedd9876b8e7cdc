using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>Sends people to the payment provider's page where they save a card. Which one is told by the event of it alone.</summary>
internal sealed class CardCheckout(StripeClient stripe, CustomerTable customers, PublicAddress address)
{
    /// <param name="key">The same key opens one session.</param>
    /// <returns>Where to save a card.</returns>
    public async Task<string> SaveAsync(Guid accountId, string key, CancellationToken cancellationToken)
    {
        var account = accountId.ToString();
        // The session's setup is for payments while the customer is away: the bank asks them now what it would ask then.
        var session = await stripe.PostAsync("/v1/checkout/sessions", $"card-{account}-{key}", cancellationToken,
            ("mode", "setup"),
            ("customer", await customers.GetAsync(accountId, cancellationToken)),
            ("client_reference_id", account),
            // Cards alone answer at once whether they pay.
            ("payment_method_types[0]", "card"),
            ("setup_intent_data[metadata][account_id]", account),
            ("success_url", $"{address.Origin}/billing?card=saved#auto"),
            ("cancel_url", $"{address.Origin}/billing#auto"));
        return session.Text("url") ?? throw new StripeException(null, "The payment provider gave no page to save a card on.");
    }
}
