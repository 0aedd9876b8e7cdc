using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Steps;

/// <summary>
/// Secrets that stand in the workflow itself: inputs that are marked as such, and sensitive headers. The other side may
/// say them back, so they are hidden in a step's outputs as well.
/// </summary>
internal static class SecretInputs
{
    // Hiding a short word would bend what later steps read.
    private const int ShortestSecret = 8;
    private const int ShortestCookie = 16;

    public static IEnumerable<string> Of(IReadOnlyList<CompiledInput> inputs, IReadOnlyList<object?> values)
    {
        for (var slot = 0; slot < inputs.Count; slot++)
        {
            var descriptor = inputs[slot].Descriptor;
            if (values[slot] is null)
                continue;
            if (descriptor.Attributes.Secret && values[slot]!.ToString() is { Length: >= ShortestSecret } secret)
                yield return secret;
            if (!descriptor.Name.EndsWith("headers", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var (name, value) in Headers(values[slot]!))
            {
                foreach (var part in Parts(name, value))
                    yield return part;
            }
        }
    }

    /// <summary>As people write them: an object, its text, or one <c>Name: value</c> per line.</summary>
    private static IEnumerable<(string Name, string Value)> Headers(object value)
    {
        if ((value as JsonObject ?? TryParse(value as string)) is { } json)
            return json.Where(header => header.Value is JsonValue).Select(header => (header.Key, header.Value!.ToString()));
        return from line in (value as string ?? "").Split('\n')
               let colon = line.IndexOf(':', StringComparison.Ordinal)
               where colon > 0
               select (line[..colon].Trim(), line[(colon + 1)..].Trim());
    }

    private static JsonObject? TryParse(string? text)
    {
        if (text?.TrimStart() is not ['{', ..])
            return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 4 }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The value as a whole, a token without its scheme (Bearer x), and each cookie by itself.
    private static IEnumerable<string> Parts(string name, string value)
    {
        if (!SecretMask.IsSensitive(name))
            return [];
        string[] parts = [value, value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..]];
        var cookies = name.Contains("cookie", StringComparison.OrdinalIgnoreCase)
            ? value.Split(';').Select(cookie => cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim()).Where(cookie => cookie.Length >= ShortestCookie)
            : [];
        return parts.Where(part => part.Length >= ShortestSecret).Concat(cookies).Distinct(StringComparer.Ordinal);
    }
}
