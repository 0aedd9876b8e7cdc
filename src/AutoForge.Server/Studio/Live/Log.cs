namespace AutoForge.Server.Studio.Live;

internal static partial class Log
{
    [LoggerMessage(6601, LogLevel.Error, "Following run {RunId} of account {AccountId} for its viewers failed")]
    public static partial void FollowingFailed(ILogger logger, Exception exception, Guid accountId, Guid runId);
}
