namespace AutoForge.Server.Billing.AutoTopUps;

internal static partial class Log
{
    [LoggerMessage(6731, LogLevel.Information, "An automatic top-up of {Cents} cents begins for account {AccountId}: {AttemptId}")]
    public static partial void TopUpBegun(ILogger logger, Guid accountId, Guid attemptId, long cents);

    [LoggerMessage(6732, LogLevel.Warning, "The automatic top-up {AttemptId} of account {AccountId} got no answer and is asked for again: {Reason}")]
    public static partial void TopUpUnanswered(ILogger logger, Guid accountId, Guid attemptId, string reason);

    [LoggerMessage(6733, LogLevel.Warning, "The automatic top-up {AttemptId} of account {AccountId} failed ({Failure}); automatic top-ups are switched off")]
    public static partial void TopUpFailed(ILogger logger, Guid accountId, Guid attemptId, string failure);

    [LoggerMessage(6734, LogLevel.Error, "Low balances could not be looked for; the next round tries again")]
    public static partial void RoundFailed(ILogger logger, Exception exception);
}
