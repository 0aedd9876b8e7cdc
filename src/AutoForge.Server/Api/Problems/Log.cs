namespace AutoForge.Server.Api.Problems;

internal static partial class Log
{
    [LoggerMessage(6301, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(6302, LogLevel.Warning, "{Method} {Path} was refused: the database cannot be reached")]
    public static partial void DatabaseUnavailable(ILogger logger, Exception exception, string method, string path);
}
