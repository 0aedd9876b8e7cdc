using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoForge.Bench.Throughput;

/// <summary>
/// One connection in a closed loop: sends a call, waits for its 202 and until its run has reached the target, then sends the
/// next. Each connection therefore has at most one run on the way to its action; only the settling of the last one overlaps.
/// </summary>
internal sealed class Caller : IDisposable
{
    private readonly LoadPlan _plan;
    private readonly FlightBook _flights;
    private readonly IPEndPoint _server;
    private readonly SemaphoreSlim _landing = new(0);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[8 * 1024];
    private readonly int _bodyPlace;
    private readonly int _keyPlace;

    public Caller(IPEndPoint server, Hook hook, FlightBook flights, LoadPlan plan)
    {
        _plan = plan;
        _server = server;
        _flights = flights;
        var body = $$"""{"order":"{{OrderNumber.Zero}}","customer":"Ada Lovelace","totalCents":4200}""";
        var key = plan.SendsKeys ? $"Idempotency-Key: {OrderNumber.Zero}\r\n" : "";
        _request = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /hooks/{hook.Token} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{key}Content-Length: {body.Length}\r\n\r\n{body}"));
        _bodyPlace = OrderNumber.PlaceIn(_request);
        _keyPlace = plan.SendsKeys ? _request.AsSpan().IndexOf("Idempotency-Key: "u8) + "Idempotency-Key: ".Length : -1;
    }

    /// <summary>Answers other than 202.</summary>
    public int Refused { get; private set; }

    /// <param name="stop">Ends the loop after the call that is under way.</param>
    /// <param name="limit">Gives up waiting.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken limit)
    {
        await _socket.ConnectAsync(_server, limit);
        while (!stop.IsCancellationRequested)
        {
            if (await CallAsync(limit) && _plan.WaitsForLanding)
                await _landing.WaitAsync(limit);
            if (_plan.Pause > TimeSpan.Zero)
                await Task.Delay(_plan.Pause, limit);
        }
    }

    private async Task<bool> CallAsync(CancellationToken limit)
    {
        var number = _flights.Begin(_plan, _landing);
        OrderNumber.Write(number, _request.AsSpan(_bodyPlace));
        if (_keyPlace >= 0)
            OrderNumber.Write(number, _request.AsSpan(_keyPlace));

        _flights[number].Sent = Stopwatch.GetTimestamp();
        await _socket.SendAsync(_request, limit);

        var (filled, bodyStart, length) = (0, 0, 0);
        do
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(filled), limit);
            filled += read > 0 ? read : throw new IOException("The server closed the connection.");
        }
        while (!HttpMessage.TryMeasure(_answer.AsSpan(0, filled), out bodyStart, out length));

        return Note(number, _answer.AsSpan(0, length), bodyStart);
    }

    private bool Note(int number, ReadOnlySpan<byte> answer, int bodyStart)
    {
        if (!answer.StartsWith("HTTP/1.1 202 "u8))
        {
            Refused++;
            return false;
        }
        ref var flight = ref _flights[number];
        if (!Utf8Parser.TryParse(answer[(bodyStart + """{"runId":""".Length + 1)..], out flight.RunId, out _))
            throw new FormatException("The answer has no run id.");
        flight.Answered = Stopwatch.GetTimestamp();
        return true;
    }

    // The semaphore is left to the garbage collector: a run may still reach the target after its caller has given up.
    public void Dispose() => _socket.Dispose();
}
