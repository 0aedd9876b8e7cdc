using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Stripe;

/// <summary>Refuses settings with which no payment could work.</summary>
internal sealed class StripeOptionsCheck : IValidateOptions<StripeOptions>
{
    public ValidateOptionsResult Validate(string? name, StripeOptions options) =>
        options.ApiBase.Length == 0
        || (Uri.TryCreate(options.ApiBase, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"AutoForge:Stripe:ApiBase is '{options.ApiBase}'; it must be an address such as https://api.stripe.com.");
}
