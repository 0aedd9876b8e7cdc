using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoForge.Server.Tests.Operations.Telemetry;

/// <summary>A collector that takes OTLP over HTTP in protobuf, and remembers metrics, spans and every byte.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            await context.Response.CompleteAsync();
        });
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Everything, as far as it reads as text.</summary>
    public string Text => string.Concat(_received.Select(r => Encoding.UTF8.GetString(r.Body)));

    /// <summary>resource_metrics 1 → scope_metrics 2 → metrics 2 → name 1.</summary>
    public IEnumerable<string> Metrics => Sent("/v1/metrics").SelectMany(body => At(body, 1, 2, 2)).Select(metric => TextAt(metric, 1));

    /// <summary>resource_spans 1 → scope_spans 2 → spans 2; trace_id 1, span_id 2, parent_span_id 4, name 5, attributes 9.</summary>
    public IReadOnlyList<Span> Spans =>
    [
        .. Sent("/v1/traces").SelectMany(body => At(body, 1, 2, 2)).Select(span => new Span(
            HexAt(span, 1), HexAt(span, 2), HexAt(span, 4), TextAt(span, 5),
            At(span, 9).ToDictionary(tag => TextAt(tag, 1), tag => At(tag, 2).Select(value => TextAt(value, 1)).FirstOrDefault() ?? ""))),
    ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Sent(string path) => _received.Where(r => r.Path == path).Select(r => r.Body);

    private static string TextAt(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault() ?? []);

    private static string HexAt(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    private static IEnumerable<byte[]> At(byte[] message, params int[] path) =>
        path.Aggregate<int, IEnumerable<byte[]>>([message], (messages, field) => messages.SelectMany(m => Fields(m, field)));

    // The wire format: a key of field number and type, then a varint, 8 bytes, a length with as many bytes, or 4 bytes.
    private static IEnumerable<byte[]> Fields(byte[] message, int wanted)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var (start, length) = (key & 7) switch
            {
                0 => Skipped(message, at),
                1 => (at, 8),
                2 => Prefixed(message, at),
                _ => (at, 4),
            };
            if ((int)(key >> 3) == wanted && (key & 7) == 2)
                yield return message[start..(start + length)];
            at = start + length;
        }
    }

    private static (int Start, int Length) Skipped(byte[] message, int at)
    {
        Varint(message, ref at);
        return (at, 0);
    }

    private static (int Start, int Length) Prefixed(byte[] message, int at)
    {
        var length = (int)Varint(message, ref at);
        return (at, length);
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    internal sealed record Span(string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags);
}
