using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Triggers;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "Firing schedules failed; trying again")]
    public static partial void FiringFailed(ILogger logger, Exception exception);

    [LoggerMessage(1002, LogLevel.Information, "Schedule of workflow {WorkflowId} of account {AccountId} was not started at {DueAt}: {Reason}")]
    public static partial void NotStarted(ILogger logger, Guid accountId, string workflowId, DateTimeOffset dueAt, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Schedule of workflow {WorkflowId} of account {AccountId} could not be fired and stays due")]
    public static partial void ScheduleFailed(ILogger logger, Exception exception, Guid accountId, string workflowId);
}
