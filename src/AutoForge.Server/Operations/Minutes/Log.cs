namespace AutoForge.Server.Operations.Minutes;

internal static partial class Log
{
    [LoggerMessage(6411, LogLevel.Warning, "What this node did in the last minute could not be stored; it waits for the next")]
    public static partial void MinuteNotStored(ILogger logger, Exception exception);

    [LoggerMessage(6412, LogLevel.Warning, "The check of the invariants did not come to its end")]
    public static partial void LedgerCheckFailed(ILogger logger, Exception exception);

    [LoggerMessage(6413, LogLevel.Critical, "Invariant {Invariant} is violated {Violations} times: {Statement}")]
    public static partial void InvariantViolated(ILogger logger, string invariant, long violations, string statement);
}
