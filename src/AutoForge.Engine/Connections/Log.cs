using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Connections;

internal static partial class Log
{
    [LoggerMessage(7000, LogLevel.Warning,
        "The master key lies in the same database as the secrets that it encrypts. Set AutoForge:MasterKey on every node to keep it apart.")]
    public static partial void MasterKeyInDatabase(ILogger logger);
}
