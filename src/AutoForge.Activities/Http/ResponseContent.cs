using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Activities.Http;

/// <summary>Reads what a server answered.</summary>
internal static class ResponseContent
{
    // Later steps, the journal and the history all parse it again: shallow and unambiguous, or it stays text.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <returns>JSON when the content type says so and it is; otherwise text. Null for JSON without content.</returns>
    public static async Task<object?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = await content.ReadAsByteArrayAsync(cancellationToken);
        var isJson = IsJson(content.Headers.ContentType?.MediaType);
        if (bytes.Length == 0)
            return isJson ? null : "";
        if (isJson)
        {
            try
            {
                var json = JsonNode.Parse(bytes, documentOptions: Strict);
                // Reading opens no texts; half a surrogate pair in one would fail whoever does.
                if (bytes.AsSpan().IndexOf("\\ud"u8) >= 0 || bytes.AsSpan().IndexOf("\\uD"u8) >= 0)
                    json?.ToJsonString();
                return json;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // Not what it says it is: a person can still read it.
            }
        }
        return EncodingOf(content.Headers.ContentType?.CharSet).GetString(bytes);
    }

    public static JsonObject HeadersOf(HttpResponseMessage response)
    {
        var headers = new JsonObject();
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            headers[name.ToLowerInvariant()] = string.Join(", ", values);
        return headers;
    }

    private static bool IsJson(string? mediaType) => mediaType is not null
        && (mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static Encoding EncodingOf(string? charSet)
    {
        try
        {
            return string.IsNullOrEmpty(charSet) ? Encoding.UTF8 : Encoding.GetEncoding(charSet.Trim('"'));
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
