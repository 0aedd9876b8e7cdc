using AutoForge.Activities;
using AutoForge.Activities.Email;

namespace AutoForge.Server.Mail;

/// <summary>The server's own mail: confirmations, password resets, alerts. Section <c>AutoForge:Smtp</c>.</summary>
internal sealed class MailOptions
{
    private const int LargestPort = 65535;

    /// <value>Name or address of the mail server; default empty: no mail is sent, its text goes to the log.</value>
    public string Host { get; set; } = "";

    /// <value>Default 587.</value>
    public int Port { get; set; } = 587;

    /// <value><c>starttls</c>, <c>tls</c> or <c>none</c>; default <c>starttls</c>.</value>
    public string Security { get; set; } = "starttls";

    /// <value>Default empty: no sign-in.</value>
    public string Username { get; set; } = "";

    /// <remarks>Belongs to <see cref="Username"/>.</remarks>
    public string Password { get; set; } = "";

    /// <value>The sender, such as <c>AutoForge &lt;flows@example.com&gt;</c>; required with <see cref="Host"/>.</value>
    public string From { get; set; } = "";

    public bool IsConfigured => Host.Length > 0;

    /// <summary>What the transport is given; valid when <see cref="Failures"/> finds nothing.</summary>
    public SmtpOptions ToSmtp() => new()
    {
        Host = Host,
        Port = Port,
        Security = Enum.Parse<SmtpSecurity>(Security, ignoreCase: true),
        Username = Username,
        Password = Password,
        From = From,
    };

    /// <summary>What will not do, in words that name the setting.</summary>
    public IEnumerable<string> Failures()
    {
        if (!IsConfigured)
            yield break;
        if (Port is < 1 or > LargestPort)
            yield return $"AutoForge:Smtp:Port is {Port}; it must be between 1 and {LargestPort}.";
        if (!Enum.TryParse<SmtpSecurity>(Security, ignoreCase: true, out var security) || !Enum.IsDefined(security))
            yield return $"AutoForge:Smtp:Security is '{Security}'; it must be starttls, tls or none.";
        if (!IsMailbox(From))
            yield return $"AutoForge:Smtp:From is '{From}'; it must be a sender such as AutoForge <flows@example.com>.";
    }

    private static bool IsMailbox(string text)
    {
        try
        {
            Mailbox.Parse(text);
            return true;
        }
        catch (FaultException)
        {
            return false;
        }
    }
}
