using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Runs;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Error, "Walking run {RunId} of account {AccountId} threw; the run fails uncharged")]
    public static partial void WalkThrew(ILogger logger, Exception exception, Guid accountId, Guid runId);

    [LoggerMessage(3002, LogLevel.Debug, "Run {RunId} of account {AccountId} is {Status} after attempt {Attempt}")]
    public static partial void RunWritten(ILogger logger, Guid accountId, Guid runId, RunStatus status, int attempt);

    [LoggerMessage(3003, LogLevel.Information, "Run {RunId} of account {AccountId} failed uncharged: {Code} at {ActivityId}")]
    public static partial void RunFailed(ILogger logger, Guid accountId, Guid runId, string code, string? activityId);

    [LoggerMessage(3004, LogLevel.Information, "Removed the content of {Runs} runs that were kept long enough")]
    public static partial void OldRunsRemoved(ILogger logger, long runs);

    [LoggerMessage(3005, LogLevel.Warning, "Removing old runs failed; it is tried again later")]
    public static partial void RetentionFailed(ILogger logger, Exception exception);

    [LoggerMessage(3006, LogLevel.Warning,
        "A write about run {RunId} of account {AccountId}, attempt {Attempt}, was refused: another attempt has the run, or it has ended")]
    public static partial void WriteFenced(ILogger logger, Guid accountId, Guid runId, int attempt);
}
