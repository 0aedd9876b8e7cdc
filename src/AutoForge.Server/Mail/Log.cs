namespace AutoForge.Server.Mail;

/// <summary>The text of a mail holds links that sign somebody in: it is logged only where there is no mail server to send it.</summary>
internal static partial class Log
{
    [LoggerMessage(6501, LogLevel.Information, "No mail server is set, so this mail is yours to pass on. To: {Recipient}. Subject: {Subject}. {Text}")]
    public static partial void MailNotSent(ILogger logger, string recipient, string subject, string text);

    [LoggerMessage(6502, LogLevel.Debug, "Mail to {Recipient} was sent: {Subject}")]
    public static partial void MailSent(ILogger logger, string recipient, string subject);

    [LoggerMessage(6503, LogLevel.Warning, "Mail to {Recipient} has to wait ({Subject}): {Reason}")]
    public static partial void MailDelayed(ILogger logger, string recipient, string subject, string reason);

    [LoggerMessage(6504, LogLevel.Error, "Mail to {Recipient} was not sent: {Subject}")]
    public static partial void MailFailed(ILogger logger, Exception exception, string recipient, string subject);

    [LoggerMessage(6505, LogLevel.Warning, "Mail to {Recipient} was dropped, too much is waiting: {Subject}")]
    public static partial void MailDropped(ILogger logger, string recipient, string subject);
}
