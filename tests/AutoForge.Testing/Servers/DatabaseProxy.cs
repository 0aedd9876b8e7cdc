using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AutoForge.Testing.Servers;

/// <summary>A loopback port in front of the embedded PostgreSQL that can lose it: altogether, or in the middle of a commit.</summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private static readonly byte[] Commit = [.. "COMMIT\0"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UnixDomainSocketEndPoint _server;
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Task _accepting;
    private TaskCompletionSource _flowing = Completed();
    private bool _isCut;
    private CommitLoss _loss;
    private int? _bytesToFreeze;

    private enum CommitLoss { None, Request, Answer }

    /// <param name="connectionString">Of a database on the embedded server.</param>
    public DatabaseProxy(string connectionString)
    {
        var direct = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new UnixDomainSocketEndPoint(Path.Combine(direct.Host!, ".s.PGSQL.5432"));
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The way through this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Breaks every connection and lets none through.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var socket in _sockets)
                socket.Dispose();
            _sockets.Clear();
        }
    }

    /// <summary>Lets connections through again, and lets go on what was frozen.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            _isCut = false;
            _flowing.TrySetResult();
        }
    }

    /// <summary>Connections stay, and nothing passes: a network that swallows packets.</summary>
    public void Freeze()
    {
        lock (_gate)
            _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>So many bytes of what is asked next still pass: the server has the beginning of it.</summary>
    public void FreezeAfter(int bytes)
    {
        lock (_gate)
            _bytesToFreeze = bytes;
    }

    /// <summary>The connection breaks before the next COMMIT reaches the server: it is rolled back.</summary>
    public void LoseNextCommit() => _loss = CommitLoss.Request;

    /// <summary>The connection breaks after the next COMMIT, before its answer: it is done, and nobody is told.</summary>
    public void LoseNextCommitAnswer() => _loss = CommitLoss.Answer;

    /// <summary>The next COMMIT gets through after all.</summary>
    public void LoseNoCommit() => _loss = CommitLoss.None;

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ForwardAsync(client);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        lock (_gate)
        {
            if (_isCut)
            {
                client.Dispose();
                server.Dispose();
                return;
            }
            _sockets.Add(client);
            _sockets.Add(server);
        }
        try
        {
            await server.ConnectAsync(_server);
            var isAnswerLost = new TaskCompletionSource();
            await Task.WhenAny(PumpRequestsAsync(client, server, isAnswerLost), PumpAnswersAsync(server, client, isAnswerLost.Task));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone; so is the other.
        }
        lock (_gate)
        {
            _sockets.Remove(client);
            _sockets.Remove(server);
        }
        client.Dispose();
        server.Dispose();
    }

    private async Task PumpRequestsAsync(Socket client, Socket server, TaskCompletionSource isAnswerLost)
    {
        var buffer = new byte[64 * 1024];
        byte[]? prepared = null;
        while (await client.ReceiveAsync(buffer) is > 0 and var count)
        {
            await _flowing.Task;
            var data = buffer.AsMemory(0, count);
            var loss = HasCommit(data.Span, ref prepared) ? Interlocked.Exchange(ref _loss, CommitLoss.None) : CommitLoss.None;
            if (loss == CommitLoss.Request)
                return;
            if (loss == CommitLoss.Answer)
                isAnswerLost.SetResult();
            var passing = Passing(count);
            await SendAsync(server, data[..passing]);
            await _flowing.Task;
            await SendAsync(server, data[passing..]);
        }
    }

    private int Passing(int count)
    {
        lock (_gate)
        {
            if (_bytesToFreeze is not { } left || count < left)
            {
                _bytesToFreeze -= count;
                return count;
            }
            _bytesToFreeze = null;
            Freeze();
            return left;
        }
    }

    /// <param name="prepared">What the connection calls its prepared COMMIT, between zeros.</param>
    private static bool HasCommit(ReadOnlySpan<byte> data, ref byte[]? prepared)
    {
        if (data.IndexOf(Commit) is >= 0 and var text)
        {
            // A Parse message has the name before the text; Npgsql's names begin so.
            if (data[..text].LastIndexOf("_auto"u8) is >= 0 and var name && data[name..(text - 1)].IndexOf((byte)0) < 0)
                prepared = [0, .. data[name..text]];
            return true;
        }
        return prepared is not null && data.IndexOf(prepared) >= 0;
    }

    private async Task PumpAnswersAsync(Socket server, Socket client, Task isAnswerLost)
    {
        var buffer = new byte[64 * 1024];
        // The server has committed when it answers.
        while (await server.ReceiveAsync(buffer) is > 0 and var count && !isAnswerLost.IsCompleted)
        {
            await _flowing.Task;
            await SendAsync(client, buffer.AsMemory(0, count));
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await to.SendAsync(data)..];
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        Restore();
        _listener.Dispose();
        await _accepting;
        Cut();
    }
}
