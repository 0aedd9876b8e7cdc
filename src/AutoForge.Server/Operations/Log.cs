namespace AutoForge.Server.Operations;

internal static partial class Log
{
    [LoggerMessage(6401, LogLevel.Warning, "The database does not answer the readiness check")]
    public static partial void DatabaseCheckFailed(ILogger logger, Exception exception);

    [LoggerMessage(6402, LogLevel.Warning, "Waiting for the database: {Reason}")]
    public static partial void DatabaseAwaited(ILogger logger, string reason);
}
