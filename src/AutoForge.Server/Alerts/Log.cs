using AutoForge.Engine.Notices;

namespace AutoForge.Server.Alerts;

/// <summary>Event ids 6800 to 6899.</summary>
internal static partial class Log
{
    [LoggerMessage(6801, LogLevel.Warning, "Telling notices failed; trying again")]
    public static partial void TellingFailed(ILogger logger, Exception exception);

    [LoggerMessage(6802, LogLevel.Warning, "An alert ({Kind}) to account {AccountId} could not be delivered and is tried again: {Reason}")]
    public static partial void AlertDelayed(ILogger logger, Guid accountId, NoticeKind kind, string reason);

    [LoggerMessage(6803, LogLevel.Error, "An alert ({Kind}) to account {AccountId} failed and is tried again")]
    public static partial void AlertFailed(ILogger logger, Exception exception, Guid accountId, NoticeKind kind);

    [LoggerMessage(6804, LogLevel.Warning, "Telegram does not take the alerts of account {AccountId} ({Code}): {Reason}")]
    public static partial void TelegramRefused(ILogger logger, Guid accountId, string code, string reason);
}
