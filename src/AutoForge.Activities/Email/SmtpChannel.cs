using System.Net.Security;
using System.Security.Authentication;
using System.Text;

namespace AutoForge.Activities.Email;

/// <summary>Lines to and answers from a mail server, with a time limit on each.</summary>
internal sealed class SmtpChannel(Stream stream, SmtpOptions options, TimeProvider time) : IAsyncDisposable
{
    private const int MaxLine = 4096;
    private const int MaxLines = 100;

    private readonly byte[] _buffer = new byte[MaxLine];
    private Stream _stream = stream;
    private int _start;
    private int _end;

    /// <summary>Sends one command and reads its answer.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">The server does not take the bytes.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => LimitAsync(async token =>
    {
        await _stream.WriteAsync(bytes, token);
        await _stream.FlushAsync(token);
        return true;
    }, cancellationToken);

    /// <exception cref="IOException">The connection broke, or what came is no answer of a mail server.</exception>
    /// <exception cref="TimeoutException">No answer came.</exception>
    public Task<SmtpReply> ReadAsync(CancellationToken cancellationToken) => LimitAsync(async token =>
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(token);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599
                || (line.Length > 3 && line[3] is not (' ' or '-')) || lines.Count == MaxLines)
                throw new IOException("The answer is not SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }
    }, cancellationToken);

    /// <exception cref="AuthenticationException">No secure connection came about.</exception>
    public Task StartTlsAsync(CancellationToken cancellationToken) => LimitAsync(async token =>
    {
        // What arrived together with the go-ahead was sent in the clear, possibly by someone in between.
        if (_start != _end)
            throw new AuthenticationException("The server sent data before the connection was secure.");
        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = options.Host,
            RemoteCertificateValidationCallback = options.CertificateCheck,
        }, token);
        return true;
    }, cancellationToken);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
                throw new IOException("The answer has a line that is too long.");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                throw new EndOfStreamException("The server closed the connection.");
            _end += read;
        }
    }

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await action(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not answer within {options.Timeout.TotalSeconds:0} seconds.");
        }
    }
}
