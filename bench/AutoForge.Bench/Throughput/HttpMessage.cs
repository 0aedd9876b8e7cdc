using System.Buffers.Text;

namespace AutoForge.Bench.Throughput;

/// <summary>Finds the ends of HTTP/1.1 messages with a Content-Length in a buffer: all that the bench's own two ends need.</summary>
internal static class HttpMessage
{
    private static ReadOnlySpan<byte> EndOfHeaders => "\r\n\r\n"u8;
    private static ReadOnlySpan<byte> ContentLength => "\r\nContent-Length: "u8;

    /// <summary>Length of the first message with its body, and where the body begins; false while it is incomplete.</summary>
    /// <exception cref="FormatException">The message has no Content-Length.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> received, out int bodyStart, out int length)
    {
        bodyStart = length = 0;
        var headers = received.IndexOf(EndOfHeaders);
        if (headers < 0)
            return false;
        bodyStart = headers + EndOfHeaders.Length;
        var field = received[..headers].IndexOf(ContentLength);
        if (field < 0 || !Utf8Parser.TryParse(received[(field + ContentLength.Length)..], out int bodyLength, out _))
            throw new FormatException("The message has no Content-Length.");
        length = bodyStart + bodyLength;
        return received.Length >= length;
    }
}
