using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Steps;

/// <summary>Knows the secrets that a step has opened, and hides them from what is stored and shown.</summary>
internal sealed class SecretMask
{
    public const string Text = "•••";

    private static readonly string[] SensitiveHeaders = ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];
    private static readonly string[] SensitiveParts = ["token", "secret", "password", "signature"];

    private List<string>? _secrets;

    public void Add(IEnumerable<string> secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
        {
            // In an address a secret stands percent-encoded.
            _secrets ??= [];
            _secrets.Add(secret);
            var encoded = Uri.EscapeDataString(secret);
            if (encoded != secret)
                _secrets.Add(encoded);
        }

        // A secret that contains another must go first, or its rest would stay readable.
        _secrets?.Sort((left, right) => right.Length.CompareTo(left.Length));
    }

    public string Apply(string text)
    {
        foreach (var secret in _secrets ?? [])
            text = text.Replace(secret, Text, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The same node when there is nothing to hide, else a changed copy.</summary>
    public JsonNode? Apply(JsonNode? node) => _secrets is null ? node : Copy(node);

    private JsonNode? Copy(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Select(property => KeyValuePair.Create(Apply(property.Key), Copy(property.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Copy)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Apply(value.ToString())),
        _ => node?.DeepClone(),
    };

    /// <summary>Hides the values of sensitive headers in a property that holds headers, in place.</summary>
    public static void HideHeaders(string propertyName, JsonNode? headers)
    {
        if (headers is not JsonObject json || !propertyName.EndsWith("headers", StringComparison.OrdinalIgnoreCase))
            return;

        foreach (var name in json.Select(header => header.Key).Where(IsSensitive).ToArray())
            json[name] = Text;
    }

    public static bool IsSensitive(string header) =>
        SensitiveHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || SensitiveParts.Any(part => header.Contains(part, StringComparison.OrdinalIgnoreCase));
}
