using System.Net.Sockets;
using System.Security.Authentication;
using AutoForge.Connections;

namespace AutoForge.Activities.Email;

/// <summary>Sends mail through one server. Safe for use by many threads: every call has a connection of its own.</summary>
/// <param name="options">The server.</param>
/// <param name="connect">The way to it: opens a connection to a host and port.</param>
/// <param name="time">Measures time limits.</param>
public sealed class SmtpTransport(
    SmtpOptions options, Func<string, int, CancellationToken, ValueTask<Stream>> connect, TimeProvider time)
{
    /// <summary>To a server that a user has named: by the guarded way out.</summary>
    public SmtpTransport(SmtpOptions options, Egress egress, TimeProvider time)
        : this(options, egress.ConnectAsync, time) { }

    /// <summary>Sends to all recipients or to none.</summary>
    /// <exception cref="FaultException">
    /// Known not to be sent: <c>smtp_connection</c>, <c>smtp_tls</c>, <c>smtp_auth</c>, <c>smtp_rejected</c>,
    /// <c>address_not_allowed</c>, <c>invalid_input</c>. Not known: <c>smtp_unknown_outcome</c>, never retryable.
    /// </exception>
    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var mail = MimeWriter.Write(message);
        await UseAsync(session => session.SendAsync(message.From, [.. message.Recipients], mail, cancellationToken), cancellationToken);
    }

    /// <summary>Connects and signs in, and sends nothing.</summary>
    /// <exception cref="FaultException">As <see cref="SendAsync"/>.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) => UseAsync(_ => Task.CompletedTask, cancellationToken);

    private async Task UseAsync(Func<SmtpSession, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await connect(options.Host, options.Port, cancellationToken);
            await using var session = await SmtpSession.OpenAsync(stream, options, time, cancellationToken);
            await action(session);
            await session.QuitAsync(cancellationToken);
        }
        catch (AuthenticationException e)
        {
            throw new FaultException("smtp_tls", $"No secure connection to the mail server {options.Host} could be made; its certificate may be invalid.", e);
        }
        catch (SocketException e)
        {
            throw Lost($"The mail server {options.Host}:{options.Port} cannot be reached.", e);
        }
        catch (TimeoutException e)
        {
            throw Lost($"The mail server {options.Host}:{options.Port} does not answer.", e);
        }
        catch (IOException e)
        {
            throw Lost($"The connection to the mail server {options.Host}:{options.Port} broke.", e);
        }
    }

    private static FaultException Lost(string message, Exception cause) => new(new Fault("smtp_connection", message, Retryable: true), cause);
}
