namespace AutoForge.Server.Billing.Stripe;

/// <summary>The payment provider. Section <c>AutoForge:Stripe</c>; in the environment <c>AutoForge__Stripe__SecretKey</c> and so on.</summary>
internal sealed class StripeOptions
{
    public const string Section = "AutoForge:Stripe";

    /// <summary>The API key, <c>sk_test_…</c> or <c>sk_live_…</c>; its prefix says which events are believed.</summary>
    /// <value>Default empty: payments are off.</value>
    public string SecretKey { get; set; } = "";

    /// <summary>What events are signed with, <c>whsec_…</c>.</summary>
    /// <value>Default empty: no event is taken, and so payments are off.</value>
    public string WebhookSecret { get; set; } = "";

    /// <summary>Where the API is.</summary>
    /// <value>Default <c>https://api.stripe.com</c>.</value>
    public string ApiBase { get; set; } = DefaultApiBase;

    /// <summary>Whether customers can pay: without events a payment would never reach its balance.</summary>
    public bool IsOn => SecretKey.Length > 0 && WebhookSecret.Length > 0;

    /// <summary>Whether the money is real.</summary>
    public bool IsLive => SecretKey.StartsWith("sk_live_", StringComparison.Ordinal) || SecretKey.StartsWith("rk_live_", StringComparison.Ordinal);

    private const string DefaultApiBase = "https://api.stripe.com";

    /// <summary>An empty setting is one that was left out.</summary>
    public Uri ApiAddress => new(ApiBase.Length > 0 ? ApiBase : DefaultApiBase);
}
