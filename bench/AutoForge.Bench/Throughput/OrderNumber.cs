using System.Buffers.Text;
using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>The number of a call as ten digits in a JSON body: <c>"order":"0000001234"</c>.</summary>
internal static class OrderNumber
{
    public const int Length = 10;
    public const string Zero = "0000000000";

    private static ReadOnlySpan<byte> Name => "\"order\":\""u8;

    /// <summary>Where the digits begin, or -1.</summary>
    public static int PlaceIn(ReadOnlySpan<byte> text)
    {
        var name = text.IndexOf(Name);
        return name < 0 ? -1 : name + Name.Length;
    }

    public static void Write(int number, Span<byte> digits) => number.TryFormat(digits[..Length], out _, "D10", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">There is no order number.</exception>
    public static int Read(ReadOnlySpan<byte> text) =>
        PlaceIn(text) is >= 0 and var place && Utf8Parser.TryParse(text.Slice(place, Length), out int number, out _)
            ? number
            : throw new FormatException("The request carries no order number.");
}
