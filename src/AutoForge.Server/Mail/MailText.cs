namespace AutoForge.Server.Mail;

/// <summary>A plain mail to one person.</summary>
/// <param name="To">One address, without a name.</param>
/// <param name="Subject">One line; control characters in it are written as blanks, so that a user's words cannot add header fields.</param>
/// <param name="Text">Plain text; links stand in it as they are.</param>
internal sealed record MailText(string To, string Subject, string Text);
