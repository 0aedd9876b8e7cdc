using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Activities.Http;

/// <summary>Reads the headers a user wrote: a JSON object, or one <c>Name: value</c> per line.</summary>
internal static class HeaderFields
{
    // RFC 9110, 5.6.2: token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They frame the message or name its target; set by hand they could smuggle a second request.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect",
        "Proxy-Authorization", "Proxy-Connection", "AutoForge-Depth",
    };

    /// <param name="value">The evaluated input.</param>
    /// <param name="template">The text that it was made from; null when it was not made from a template.</param>
    /// <exception cref="FaultException"><c>invalid_input</c>.</exception>
    public static List<KeyValuePair<string, string>> Read(object? value, string? template = null)
    {
        var fields = value switch
        {
            null => [],
            JsonObject json => FromJson(json),
            string text when IsJson(template ?? text) => FromJson(Parse(text)),
            string text => FromLines(text),
            _ => throw Invalid("The headers must be a JSON object, or one \"Name: value\" per line."),
        };
        // An inserted value with a line break would add a header of its own.
        if (template is not null && !IsJson(template) && fields.Count > Lines(template).Length)
            throw Invalid("A value that was inserted into the headers contains a line break.");
        foreach (var (name, field) in fields)
            Check(name, field);
        return fields;
    }

    /// <summary>Whether the text is a JSON object; one that begins with a template's <c>{{</c> is not.</summary>
    public static bool IsJson(string text) =>
        text.TrimStart() is ['{', ..] trimmed && !trimmed.StartsWith("{{", StringComparison.Ordinal);

    /// <exception cref="FaultException"><c>invalid_input</c>.</exception>
    public static void Check(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            throw Invalid("A header's name has characters that are not allowed.");
        if (Reserved.Contains(name))
            throw Invalid($"The header {name} cannot be set by hand.");
        if (value.Any(c => c is not '\t' and (< ' ' or > '~')))
            throw Invalid($"The header {name} has a line break or characters outside of ASCII.");
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 4 })!.AsObject();
        }
        catch (JsonException e)
        {
            throw new FaultException("invalid_input", "The headers begin like a JSON object but are not valid JSON.", e);
        }
    }

    private static List<KeyValuePair<string, string>> FromJson(JsonObject json) =>
        [.. json.Where(field => field.Value is not null).Select(field => field.Value is JsonValue value
            ? KeyValuePair.Create(field.Key, value.ToString())
            : throw Invalid($"The header {field.Key} must be text."))];

    private static List<KeyValuePair<string, string>> FromLines(string text)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var line in Lines(text))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw Invalid("Each line of the headers must look like \"Name: value\".");
            fields.Add(KeyValuePair.Create(line[..colon].TrimEnd(), line[(colon + 1)..].Trim()));
        }
        return fields;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static FaultException Invalid(string message) => new("invalid_input", message);
}
