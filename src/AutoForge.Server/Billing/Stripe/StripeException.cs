namespace AutoForge.Server.Billing.Stripe;

/// <summary>The payment provider did not do what it was asked for.</summary>
/// <param name="providerCode">Its own code, such as <c>card_declined</c>; null when it gave none or did not answer.</param>
/// <param name="status">Of its answer; null when there was none.</param>
internal sealed class StripeException(string? providerCode, string message, Exception? innerException = null, int? status = null)
    : AutoForgeException("payment_provider", message, innerException)
{
    /// <summary>
    /// Whether it will never be done. Otherwise it may have been, or may yet be: no answer, too many requests, a fault of
    /// theirs, a key of ours that the operator can mend.
    /// </summary>
    public bool IsFinal { get; } = status is 400 or 402 or 404 && providerCode != "idempotency_error";

    public string? ProviderCode { get; } = providerCode;
}
