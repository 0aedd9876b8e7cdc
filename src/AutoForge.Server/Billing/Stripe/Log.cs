namespace AutoForge.Server.Billing.Stripe;

internal static partial class Log
{
    [LoggerMessage(6711, LogLevel.Warning, "Stripe refused {Path} with {Status}, code {ProviderCode}, request {StripeRequestId}")]
    public static partial void RequestRefused(ILogger logger, string path, int status, string? providerCode, string? stripeRequestId);

    [LoggerMessage(6712, LogLevel.Warning, "Stripe did not answer {Path}")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string path);
}
