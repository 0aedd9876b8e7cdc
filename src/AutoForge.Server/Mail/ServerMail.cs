using System.Net.Sockets;
using System.Threading.Channels;
using AutoForge.Activities;
using AutoForge.Activities.Email;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Mail;

/// <summary>
/// Sends the server's own mail behind the back of the request that asks for it: neither a slow nor a broken mail server
/// holds a request up, and the time of an answer does not tell whether a mail was sent.
/// </summary>
/// <remarks>
/// Waiting mail is kept in memory. A shutdown sends it first; a crash loses it, and whoever waits for it asks again.
/// Mail that must not be lost has to be derived from rows in the database.
/// </remarks>
internal sealed class ServerMail : IHostedService, IDisposable
{
    private const int MostWaiting = 1000;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    // One after the other: a server that is down holds the queue up for so long per mail, and no longer.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly Channel<MailText> _waiting = Channel.CreateBounded<MailText>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger<ServerMail> _logger;
    private readonly TimeProvider _time;
    private readonly Mailbox? _sender;
    private readonly SmtpTransport? _transport;
    private Task _sending = Task.CompletedTask;

    public ServerMail(IOptions<ServerOptions> options, TimeProvider time, ILogger<ServerMail> logger)
    {
        _time = time;
        _logger = logger;
        if (options.Value.Smtp is not { IsConfigured: true } smtp)
            return;
        _sender = Mailbox.Parse(smtp.From);
        _transport = new SmtpTransport(smtp.ToSmtp(), ConnectAsync, time);
    }

    /// <summary>Whether mail is sent at all; otherwise its text goes to the log, for the operator to pass on.</summary>
    public bool IsConfigured => _transport is not null;

    /// <summary>Takes the mail over and returns at once. What cannot be sent is logged; the caller never hears of it.</summary>
    public Task SendAsync(MailText mail, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
            Log.MailNotSent(_logger, mail.To, mail.Subject, mail.Text);
        else if (!_waiting.Writer.TryWrite(mail))
            Log.MailDropped(_logger, mail.To, mail.Subject);
        return Task.CompletedTask;
    }

    /// <summary>Returns when the mail server has taken the mail, for callers who keep it until then; without one it goes to the log.</summary>
    /// <exception cref="FaultException">The mail server did not take it.</exception>
    public async Task DeliverAsync(MailText mail, CancellationToken cancellationToken)
    {
        if (IsConfigured)
            await _transport!.SendAsync(Write(mail), cancellationToken);
        else
            Log.MailNotSent(_logger, mail.To, mail.Subject, mail.Text);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sending = Task.Run(SendWaitingAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, each mail once more at most, until the host's patience ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _sending.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task SendWaitingAsync()
    {
        await foreach (var mail in _waiting.Reader.ReadAllAsync())
            await SendWithRetriesAsync(mail);
    }

    private async Task SendWithRetriesAsync(MailText mail)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                // Not the stopping token: what has been begun is finished.
                await _transport!.SendAsync(Write(mail), CancellationToken.None);
                Log.MailSent(_logger, mail.To, mail.Subject);
                return;
            }
            catch (FaultException e) when (e.Fault.Retryable && tries <= Pauses.Length && !_stopping.IsCancellationRequested)
            {
                Log.MailDelayed(_logger, mail.To, mail.Subject, e.Message);
                await PauseAsync(Pauses[tries - 1]);
            }
            // The edge of the loop: one bad mail must not end it for all that follow.
            catch (Exception e)
            {
                Log.MailFailed(_logger, e, mail.To, mail.Subject);
                return;
            }
        }
    }

    private MimeMessage Write(MailText mail) => new()
    {
        From = _sender!,
        To = [Mailbox.Parse(mail.To)],
        Subject = string.Concat(mail.Subject.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)),
        Text = mail.Text,
        MessageId = $"{Ids.NewText()}@{_sender!.Domain}",
        Date = _time.GetUtcNow(),
    };

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the last try follows at once.
        }
    }

    // The operator's own mail server may stand in the operator's own network, where users' requests may not go.
    private async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ConnectLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"No connection to {host}:{port} within {ConnectLimit.TotalSeconds:0} seconds.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
