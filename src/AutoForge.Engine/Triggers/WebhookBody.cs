using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AutoForge.Engine.Triggers;

/// <summary>Reads a webhook's body by its content type: JSON as it is, forms as an object, text as text, anything else as base64.</summary>
internal static class WebhookBody
{
    private const int MaxJsonDepth = 32;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static void Write(Utf8JsonWriter writer, WebhookRequest request)
    {
        if (request.Body.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }
        var mediaType = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType ?? "" : "";
        if (IsJson(mediaType))
            WriteJson(writer, request.Body.Span);
        else if (mediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            TriggerPayload.WritePairs(writer, FormPairs(request.Body.Span));
        else if (TryText(request.Body.Span, out var text))
            writer.WriteStringValue(text);
        else
            writer.WriteBase64StringValue(request.Body.Span);
    }

    private static bool IsJson(string mediaType) =>
        mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    // Validated token by token, then copied as it is: no document is built on the request path, and numbers keep their digits.
    private static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            Validate(json);
        }
        catch (JsonException e)
        {
            throw new AutoForgeException("invalid_json", $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.", e);
        }
        writer.WriteRawValue(json, skipInputValidation: true);
    }

    // Stricter than the reader: what is no text (half a surrogate pair, broken UTF-8) would only fail later, inside the run.
    private static void Validate(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new AutoForgeException("invalid_json", "The body is not valid UTF-8.");

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        var names = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    names.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    names.Pop();
                    break;
                case JsonTokenType.PropertyName when !names.Peek().Add(TextOf(reader)):
                    throw new AutoForgeException("invalid_json", $"The body has the property '{reader.GetString()}' twice in one object.");
                case JsonTokenType.String when reader.ValueIsEscaped:
                    TextOf(reader);
                    break;
            }
        }
    }

    private static string TextOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new AutoForgeException("invalid_json", "The body holds half a surrogate pair, which is no character.", e);
        }
    }

    private static bool TryText(ReadOnlySpan<byte> body, out string text)
    {
        try
        {
            text = StrictUtf8.GetString(body);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    private static List<KeyValuePair<string, string>> FormPairs(ReadOnlySpan<byte> body)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? "" : part[(equals + 1)..];
            pairs.Add(new(Decode(name), Decode(value)));
        }
        return pairs;

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }
}
