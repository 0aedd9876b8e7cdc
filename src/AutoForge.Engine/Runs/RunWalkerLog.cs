using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Runs;

internal static partial class RunWalkerLog
{
    [LoggerMessage(3050, LogLevel.Warning, "Step {NodeId} of run {RunId} threw {ExceptionType}")]
    public static partial void StepThrew(ILogger logger, string nodeId, Guid runId, string exceptionType, Exception exception);
}
