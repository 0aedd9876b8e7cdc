using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Activities.Http;

/// <summary>Status codes that count as success: <c>2xx</c>, <c>404</c>, <c>200-299</c>, as text with commas or as a JSON list.</summary>
internal sealed class ExpectedStatus
{
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    private readonly List<(int From, int To)> _ranges;

    private ExpectedStatus(List<(int From, int To)> ranges) => _ranges = ranges;

    public bool Contains(int status) => _ranges.Exists(range => status >= range.From && status <= range.To);

    /// <summary>Nothing = 2xx.</summary>
    /// <exception cref="FaultException"><c>invalid_input</c>.</exception>
    public static ExpectedStatus Read(object? value)
    {
        var ranges = Entries(value).Select(ReadRange).ToList();
        return new(ranges.Count > 0 ? ranges : [(200, 299)]);
    }

    private static IEnumerable<string> Entries(object? value) => value switch
    {
        null => [],
        JsonArray list => list.Select(item => item?.ToString() ?? ""),
        string text when text.TrimStart().StartsWith('[') => Entries(Parse(text)),
        IFormattable number => [number.ToString(null, CultureInfo.InvariantCulture)],
        _ => value.ToString()!.Split(Separators, StringSplitOptions.RemoveEmptyEntries),
    };

    private static JsonArray Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text)!.AsArray();
        }
        catch (JsonException e)
        {
            throw new FaultException("invalid_input", "The expected status codes begin like a JSON list but are not valid JSON.", e);
        }
    }

    private static (int From, int To) ReadRange(string entry)
    {
        if (entry is [>= '1' and <= '5', 'x' or 'X', 'x' or 'X'])
            return ((entry[0] - '0') * 100, ((entry[0] - '0') * 100) + 99);
        var parts = entry.Split('-', 2);
        if (TryReadCode(parts[0], out var from) && TryReadCode(parts[^1], out var to) && from <= to)
            return (from, to);
        throw new FaultException("invalid_input", $"\"{entry}\" is not a status code; write 404, 2xx or 200-299.");
    }

    private static bool TryReadCode(string text, out int code) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
}
