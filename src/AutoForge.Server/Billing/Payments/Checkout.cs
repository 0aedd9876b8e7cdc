using System.Globalization;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Sends people to the payment provider's own page to pay. What comes of it is told by events alone.</summary>
internal sealed class Checkout(StripeClient stripe, CustomerTable customers, PublicAddress address)
{
    /// <summary>US cents.</summary>
    public const long LeastCents = 500;

    /// <summary>US cents.</summary>
    public const long MostCents = 50_000;

    /// <summary>Opens a session for a top-up.</summary>
    /// <param name="amountCents">US cents, <see cref="LeastCents"/> to <see cref="MostCents"/>.</param>
    /// <param name="key">The same key opens one session.</param>
    /// <returns>Where to pay.</returns>
    /// <exception cref="InvalidInputException">The amount is too small or too large.</exception>
    public async Task<string> TopUpAsync(Guid accountId, long amountCents, string key, CancellationToken cancellationToken)
    {
        if (amountCents is < LeastCents or > MostCents)
            throw new InvalidInputException("amountCents", "The amount must be $5.00 to $500.00.");

        var customer = await customers.GetAsync(accountId, cancellationToken);
        var account = accountId.ToString();
        var session = await stripe.PostAsync("/v1/checkout/sessions", $"topup-{account}-{key}", cancellationToken,
            ("mode", "payment"),
            ("customer", customer),
            ("client_reference_id", account),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", StripeAmount.Currency),
            ("line_items[0][price_data][unit_amount]", amountCents.ToString(CultureInfo.InvariantCulture)),
            ("line_items[0][price_data][product_data][name]", "AutoForge credit"),
            ("invoice_creation[enabled]", "true"),
            ("payment_intent_data[metadata][account_id]", account),
            // The provider puts the session's id in.
            ("success_url", $"{address.Origin}/billing?paid={{CHECKOUT_SESSION_ID}}"),
            ("cancel_url", $"{address.Origin}/billing"));
        return session.Text("url") ?? throw new StripeException(null, "The payment provider gave no page to pay on.");
    }
}
