using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Runs;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Error, "Walking run {RunId} of account {AccountId} threw; the run fails uncharged")]
    public static partial void WalkThrew(ILogger logger, Exception exception, Guid accountId, Guid runId);

    [LoggerMessage(3002, LogLevel.Information, "Run {RunId} of account {AccountId} ended as {Status} after attempt {Attempt}")]
    public static partial void RunEnded(ILogger logger, Guid accountId, Guid runId, RunStatus status, int attempt);
}
