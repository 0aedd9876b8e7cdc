using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Jobs;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Looking for jobs failed; trying again")]
    public static partial void ClaimFailed(ILogger logger, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "Lease lost on job {JobId} of account {AccountId}, attempt {Attempt}: the work was dropped")]
    public static partial void LeaseLost(ILogger logger, Guid accountId, Guid jobId, int attempt);

    [LoggerMessage(2003, LogLevel.Warning, "Job {JobId} of account {AccountId}, attempt {Attempt}, was interrupted and will be taken up again")]
    public static partial void JobInterrupted(ILogger logger, Exception exception, Guid accountId, Guid jobId, int attempt);

    [LoggerMessage(2004, LogLevel.Error, "Job {JobId} of account {AccountId}, attempt {Attempt}, threw")]
    public static partial void JobFailed(ILogger logger, Exception exception, Guid accountId, Guid jobId, int attempt);

    [LoggerMessage(2005, LogLevel.Warning, "Renewing {Count} leases failed")]
    public static partial void RenewalFailed(ILogger logger, Exception exception, int count);
}
