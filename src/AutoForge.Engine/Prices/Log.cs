using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Prices;

/// <summary>Event ids 3500 to 3599.</summary>
internal static partial class Log
{
    [LoggerMessage(3501, LogLevel.Warning, "Reading the price list failed; trying again")]
    public static partial void RefreshFailed(ILogger logger, Exception exception);
}
