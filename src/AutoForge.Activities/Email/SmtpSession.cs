using System.Text;

namespace AutoForge.Activities.Email;

/// <summary>The dialogue with a mail server that has been greeted and signed in to (RFC 5321, 3207, 4954, 6531).</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly SmtpChannel _channel;
    private readonly SmtpOptions _options;
    private Dictionary<string, string> _extensions = [];

    private SmtpSession(SmtpChannel channel, SmtpOptions options) => (_channel, _options) = (channel, options);

    /// <summary>1. Secures the connection if it is secure from the start. 2. Greets. 3. Secures it with STARTTLS. 4. Signs in.</summary>
    public static async Task<SmtpSession> OpenAsync(Stream stream, SmtpOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new SmtpSession(new SmtpChannel(stream, options, time), options);
        try
        {
            // 1.
            if (options.Security == SmtpSecurity.Tls)
                await session._channel.StartTlsAsync(cancellationToken);
            // 2.
            Demand(await session._channel.ReadAsync(cancellationToken), "smtp_rejected");
            await session.GreetAsync(cancellationToken);
            // 3.
            if (options.Security == SmtpSecurity.StartTls)
            {
                if (!session._extensions.ContainsKey("STARTTLS"))
                    throw new FaultException("smtp_tls", "The mail server does not offer STARTTLS.");
                Demand(await session._channel.AskAsync("STARTTLS", cancellationToken), "smtp_tls");
                await session._channel.StartTlsAsync(cancellationToken);
                await session.GreetAsync(cancellationToken);
            }
            // 4.
            if (!string.IsNullOrEmpty(options.Username))
                await session.SignInAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands the mail over. When it returns, the server has taken responsibility for it.</summary>
    /// <exception cref="FaultException">
    /// <c>smtp_rejected</c>: nobody gets the mail. <c>smtp_unknown_outcome</c>: the answer to the complete mail is missing.
    /// </exception>
    public async Task SendAsync(Mailbox sender, IReadOnlyList<Mailbox> recipients, byte[] mail, CancellationToken cancellationToken)
    {
        var isUtf8 = recipients.Append(sender).Any(mailbox => mailbox.NeedsUtf8);
        if (isUtf8 && !_extensions.ContainsKey("SMTPUTF8"))
            throw new FaultException("smtp_rejected", "The mail server does not take addresses with letters outside of ASCII before the at sign.");
        var size = _extensions.ContainsKey("SIZE") ? $" SIZE={mail.Length}" : "";
        Demand(await _channel.AskAsync($"MAIL FROM:<{sender.Address}>{size}{(isUtf8 ? " SMTPUTF8" : "")}", cancellationToken), "smtp_rejected");
        // All or nobody: a mail that only some got could not be sent again.
        foreach (var recipient in recipients)
            Demand(await _channel.AskAsync($"RCPT TO:<{recipient.Address}>", cancellationToken), "smtp_rejected", recipient.Address);
        Demand(await _channel.AskAsync("DATA", cancellationToken), "smtp_rejected", expected: 354);
        await _channel.WriteAsync(StuffDots(mail), cancellationToken);

        // Before the final dot the mail is incomplete and the server throws it away. From here until the answer nobody
        // but the server knows.
        SmtpReply reply;
        try
        {
            await _channel.WriteAsync(".\r\n"u8.ToArray(), cancellationToken);
            reply = await _channel.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new FaultException("smtp_unknown_outcome",
                "The connection broke after the mail was complete and before the server confirmed it. Whether it was sent is not known.", e);
        }
        Demand(reply, "smtp_rejected");
    }

    /// <summary>Says goodbye, so that the server does not log a broken connection.</summary>
    public async Task QuitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _channel.AskAsync("QUIT", cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // Everything that matters is already confirmed.
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        // An address literal needs no name of ours; many servers refuse names that do not resolve.
        var reply = await _channel.AskAsync("EHLO [127.0.0.1]", cancellationToken);
        Demand(reply, "smtp_rejected");
        _extensions = reply.Lines.Skip(1).Select(line => line.Split(' ', 2)).DistinctBy(words => words[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(words => words[0], words => words.Length > 1 ? words[1] : "", StringComparer.OrdinalIgnoreCase);
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        var mechanisms = _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        SmtpReply reply;
        if (mechanisms.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            reply = await _channel.AskAsync($"AUTH PLAIN {Base64($"\0{_options.Username}\0{_options.Password}")}", cancellationToken);
        }
        else if (mechanisms.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            Demand(await _channel.AskAsync("AUTH LOGIN", cancellationToken), "smtp_auth", expected: 334);
            Demand(await _channel.AskAsync(Base64(_options.Username!), cancellationToken), "smtp_auth", expected: 334);
            reply = await _channel.AskAsync(Base64(_options.Password ?? ""), cancellationToken);
        }
        else
        {
            throw new FaultException("smtp_auth", "The mail server offers no sign-in with a password (AUTH PLAIN or LOGIN).");
        }
        Demand(reply, "smtp_auth", expected: 235);
    }

    private static void Demand(SmtpReply reply, string code, string? about = null, int? expected = null)
    {
        if (expected is null ? reply.IsPositive : reply.Code == expected)
            return;
        var what = code switch
        {
            "smtp_auth" => "The mail server refused the sign-in",
            "smtp_tls" => "The mail server refused STARTTLS",
            _ => about is null ? "The mail server refused" : $"The mail server refused {about}",
        };
        throw new FaultException(new Fault(code, $"{what}: {reply}", Retryable: reply.IsTransient));
    }

    // RFC 5321, 4.5.2: a line that begins with a dot gets a second one, or it would end the mail.
    private static byte[] StuffDots(byte[] mail)
    {
        var stuffed = new List<byte>(mail.Length + 64);
        for (var i = 0; i < mail.Length; i++)
        {
            if (mail[i] == '.' && (i == 0 || mail[i - 1] == '\n'))
                stuffed.Add((byte)'.');
            stuffed.Add(mail[i]);
        }
        return [.. stuffed];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
