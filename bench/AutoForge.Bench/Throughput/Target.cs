using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AutoForge.Bench.Throughput;

/// <summary>What the workflows call: keeps connections alive, notes when each run's request arrived, answers <c>200 {}</c>.</summary>
internal sealed class Target : IAsyncDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly FlightBook _flights;
    private readonly Task _accepting;

    public Target(FlightBook flights)
    {
        _flights = flights;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        socket.NoDelay = true;
        var buffer = new byte[16 * 1024];
        var filled = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(filled), _stop.Token) is > 0 and var read)
            {
                filled += read;
                if (!HttpMessage.TryMeasure(buffer.AsSpan(0, filled), out var bodyStart, out var length))
                    continue;
                _flights.Arrive(OrderNumber.Read(buffer.AsSpan(bodyStart, length - bodyStart)), Stopwatch.GetTimestamp());
                await socket.SendAsync(Answer, _stop.Token);
                // A client that waits for its answer has nothing more on the way.
                filled = 0;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // We stop, or the server has closed an idle connection.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }
}
