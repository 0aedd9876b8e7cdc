namespace AutoForge.Server.Billing.Stripe;

/// <summary>The payment provider did not do what it was asked for.</summary>
/// <param name="providerCode">Its own code, such as <c>card_declined</c>; null when it gave none or did not answer.</param>
internal sealed class StripeException(string? providerCode, string message, Exception? innerException = null)
    : AutoForgeException("payment_provider", message, innerException)
{
    public string? ProviderCode { get; } = providerCode;
}
