using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoForge.Testing.Servers;

/// <summary>An SMTP server that misbehaves as told. It answers 250 to everything that <see cref="On"/> does not cover.</summary>
public sealed class SmtpStub : IAsyncDisposable
{
    /// <summary>As an answer: close the connection instead.</summary>
    public const string Break = "<break>";

    /// <summary>As an answer: say nothing.</summary>
    public const string Silence = "<silence>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, string> _answers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["<connect>"] = "220 stub",
        ["DATA"] = "354 go on",
        ["QUIT"] = "221 bye",
        ["STARTTLS"] = "220 go on",
    };
    private readonly List<string> _lines = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;

    /// <param name="isTls">Secure from the first byte.</param>
    public SmtpStub(bool isTls = false)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _loop = AcceptAsync(isTls);
    }

    public int Port { get; }

    /// <summary>Done once it has begun to say nothing.</summary>
    public Task Silent => _silent.Task;

    /// <summary>For <c>localhost</c>, signed by nobody.</summary>
    public X509Certificate2 Certificate { get; } = CreateCertificate();

    /// <summary>Every line that arrived outside of the mail itself.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>The mail as it arrived, dots and all; empty if no complete one came.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>Answers commands that begin with the given text; <c>&lt;connect&gt;</c> = the greeting, <c>&lt;mail&gt;</c> = after the final dot.</summary>
    public SmtpStub On(string command, string answer)
    {
        _answers[command] = answer;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        Certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(bool isTls)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(isTls ? await SecureAsync(client.GetStream()) : client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client, or the test, is through with it.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (!await AnswerAsync(stream, "<connect>"))
            return;
        while (await ReadLineAsync(stream) is { } line)
        {
            lock (_lines)
                _lines.Add(line);
            if (!await AnswerAsync(stream, line))
                return;
            if (line == "STARTTLS")
                stream = await SecureAsync(stream);
            if (line == "DATA" && !await ReadMailAsync(stream))
                return;
            if (line == "QUIT")
                return;
        }
    }

    private async Task<bool> ReadMailAsync(Stream stream)
    {
        var mail = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                Mail = mail.ToString();
                return await AnswerAsync(stream, "<mail>");
            }
            mail.Append(line).Append("\r\n");
        }
        return false;
    }

    private async Task<bool> AnswerAsync(Stream stream, string command)
    {
        var answer = _answers.Where(pair => command.StartsWith(pair.Key, StringComparison.OrdinalIgnoreCase)).OrderByDescending(pair => pair.Key.Length).FirstOrDefault().Value ?? "250 ok";
        if (answer == Break)
            return false;
        if (answer == Silence)
            _silent.TrySetResult();
        else
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
        return true;
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
            bytes.Add(one[0]);
        }
        return null;
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
        }
        catch (System.Security.Authentication.AuthenticationException e)
        {
            throw new IOException("The client refused the certificate.", e);
        }
        return secure;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
