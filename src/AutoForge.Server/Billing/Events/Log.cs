namespace AutoForge.Server.Billing.Events;

internal static partial class Log
{
    [LoggerMessage(6701, LogLevel.Information, "Stripe event {StripeEventId} ({StripeEventType}): {Outcome} for account {AccountId}")]
    public static partial void EventTaken(ILogger logger, string stripeEventId, string stripeEventType, string outcome, Guid? accountId);
}
