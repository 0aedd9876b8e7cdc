using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Workflows;

/// <summary>Event ids 3600 to 3699.</summary>
internal static partial class Log
{
    [LoggerMessage(3601, LogLevel.Warning, "Version {Version} of workflow {WorkflowId} of account {AccountId} could not be compiled; its runs will fail")]
    public static partial void NotCompiled(ILogger logger, Exception exception, Guid accountId, string workflowId, int version);
}
