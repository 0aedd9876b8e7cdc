using System.Globalization;
using System.Text;

namespace AutoForge.Activities.Email;

/// <summary>Writes a mail as bytes: RFC 5322, 2045 and 2047; UTF-8 only in addresses that need it (RFC 6532). Every line ends with CR LF.</summary>
internal static class MimeWriter
{
    /// <exception cref="FaultException"><c>invalid_input</c>: a header field contains a line break.</exception>
    public static byte[] Write(MimeMessage message)
    {
        HeaderText.Check("subject", message.Subject);
        HeaderText.Check("message id", message.MessageId);
        foreach (var mailbox in message.Recipients.Append(message.From).Append(message.ReplyTo ?? message.From))
        {
            HeaderText.Check("address", mailbox.Name);
            HeaderText.Check("address", mailbox.Address);
        }

        var mail = new StringBuilder();
        Header(mail, "Date", message.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + message.Date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal));
        Header(mail, "From", HeaderText.Mailbox(message.From));
        if (message.ReplyTo is not null)
            Header(mail, "Reply-To", HeaderText.Mailbox(message.ReplyTo));
        Mailboxes(mail, "To", message.To);
        Mailboxes(mail, "Cc", message.Cc);
        // RFC 5322 wants a destination; this is the usual one for blind copies only.
        if (message.To.Count == 0 && message.Cc.Count == 0)
            Header(mail, "To", "undisclosed-recipients:;");
        Header(mail, "Subject", HeaderText.Unstructured(message.Subject));
        Header(mail, "Message-ID", $"<{message.MessageId}>");
        // RFC 3834: vacation responders stay silent.
        Header(mail, "Auto-Submitted", "auto-generated");
        Header(mail, "MIME-Version", "1.0");
        Body(mail, message);
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private static void Body(StringBuilder mail, MimeMessage message)
    {
        if (message.Html is null || message.Text is null)
        {
            Part(mail, message.Html is null ? "plain" : "html", message.Html ?? message.Text ?? "");
            return;
        }
        // "=_" cannot occur in quoted-printable text.
        var boundary = $"=_{Ids.NewText()}";
        Header(mail, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        mail.Append("\r\n");
        // The last alternative is the preferred one.
        mail.Append("--").Append(boundary).Append("\r\n");
        Part(mail, "plain", message.Text);
        mail.Append("--").Append(boundary).Append("\r\n");
        Part(mail, "html", message.Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
    }

    private static void Part(StringBuilder mail, string subtype, string text)
    {
        Header(mail, "Content-Type", $"text/{subtype}; charset=utf-8");
        Header(mail, "Content-Transfer-Encoding", "quoted-printable");
        mail.Append("\r\n");
        QuotedPrintable.Append(mail, text);
        mail.Append("\r\n");
    }

    private static void Mailboxes(StringBuilder mail, string name, IReadOnlyList<Mailbox> mailboxes)
    {
        if (mailboxes.Count > 0)
            Header(mail, name, string.Join(",\r\n ", mailboxes.Select(HeaderText.Mailbox)));
    }

    private static void Header(StringBuilder mail, string name, string value) =>
        mail.Append(name).Append(": ").Append(value).Append("\r\n");
}
