using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Storage;

internal static partial class Log
{
    [LoggerMessage(6100, LogLevel.Information, "PostgreSQL is ready in {Directory} after {Milliseconds} ms.")]
    public static partial void PostgresStarted(this ILogger logger, string directory, long milliseconds);

    [LoggerMessage(6101, LogLevel.Information, "PostgreSQL in {Directory} is stopped.")]
    public static partial void PostgresStopped(this ILogger logger, string directory);

    [LoggerMessage(6102, LogLevel.Debug, "PostgreSQL: {Line}")]
    public static partial void PostgresSaid(this ILogger logger, string line);

    [LoggerMessage(6103, LogLevel.Error, "PostgreSQL ended with code {ExitCode} and is started again. It said: {LogTail}")]
    public static partial void PostgresDied(this ILogger logger, int exitCode, string logTail);

    [LoggerMessage(6104, LogLevel.Error, "PostgreSQL could not be started again.")]
    public static partial void PostgresNotRestarted(this ILogger logger, Exception exception);

    [LoggerMessage(6110, LogLevel.Information, "Applied migration {Number} {Name}.")]
    public static partial void MigrationApplied(this ILogger logger, int number, string name);
}
