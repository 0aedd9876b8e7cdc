using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Triggers;

/// <summary>
/// What arrived, as UTF-8 JSON: the value of <c>trigger</c> in expressions. Webhooks: <c>method, headers, query, body</c>;
/// schedules: <c>dueAt</c>; manual starts: <c>input</c>.
/// </summary>
internal static class TriggerPayload
{
    // Credentials of the caller are not data for workflows, and must not lie in the history.
    private static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "proxy-authorization", "cookie", "webhook-signature", "x-hub-signature", "x-hub-signature-256",
    };

    public static byte[] Manual(JsonNode? input) => Write(writer =>
    {
        writer.WritePropertyName("input");
        if (input is null)
            writer.WriteStartObject();
        else
            input.WriteTo(writer);
        if (input is null)
            writer.WriteEndObject();
    });

    public static byte[] Schedule(DateTimeOffset dueAt) => Write(writer => writer.WriteString("dueAt", dueAt.UtcDateTime));

    /// <exception cref="AutoForgeException"><c>invalid_json</c>: the content type says JSON and the body is not.</exception>
    public static byte[] Webhook(WebhookRequest request) => Write(writer =>
    {
        writer.WriteString("method", request.Method);
        writer.WriteStartObject("headers");
        foreach (var (name, value) in request.Headers)
        {
            if (!Withheld.Contains(name))
                writer.WriteString(name.ToLowerInvariant(), value);
        }
        writer.WriteEndObject();
        WritePairs(writer, "query", request.Query);
        writer.WritePropertyName("body");
        WebhookBody.Write(writer, request);
    });

    /// <summary>Repeated names become arrays.</summary>
    public static void WritePairs(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        writer.WritePropertyName(name);
        WritePairs(writer, pairs);
    }

    public static void WritePairs(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        writer.WriteStartObject();
        foreach (var group in pairs.GroupBy(p => p.Key, p => p.Value, StringComparer.Ordinal))
        {
            var values = group.ToArray();
            if (values.Length == 1)
            {
                writer.WriteString(group.Key, values[0]);
                continue;
            }
            writer.WriteStartArray(group.Key);
            foreach (var value in values)
                writer.WriteStringValue(value);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
