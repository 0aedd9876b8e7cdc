namespace AutoForge.Server.Billing.Plans;

internal static partial class Log
{
    [LoggerMessage(6721, LogLevel.Information, "The grace period of account {AccountId} has ended: it is on the free plan")]
    public static partial void GraceEnded(ILogger logger, Guid accountId);

    [LoggerMessage(6722, LogLevel.Information, "Account {AccountId} has {Count} workflows more than the plan {PlanId} allows: they are switched off")]
    public static partial void WorkflowsPaused(ILogger logger, Guid accountId, int count, string planId);

    [LoggerMessage(6723, LogLevel.Error, "Plans could not be kept; the next round tries again")]
    public static partial void RoundFailed(ILogger logger, Exception exception);
}
