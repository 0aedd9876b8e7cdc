using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoForge.Server.Workflows;

/// <summary>Makes up an event that has what the templates of a workflow ask for, so that a first test needs no thought.</summary>
internal static partial class SampleEvent
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON of a webhook's body.</summary>
    public static string BodyFor(JsonObject document) => For(document, "body");

    /// <summary>JSON of the input of a start by hand.</summary>
    public static string InputFor(JsonObject document) => For(document, "input");

    private static string For(JsonObject document, string part)
    {
        var sample = new JsonObject();
        foreach (var place in Templates(document).SelectMany(text => Places().Matches(text)))
        {
            if (place.Groups["part"].Value == part)
                Add(sample, place.Groups["path"].Value.Split('.', StringSplitOptions.RemoveEmptyEntries));
        }
        return sample.ToJsonString(Readable);
    }

    private static IEnumerable<string> Templates(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(property => Templates(property.Value)),
        JsonArray a => a.SelectMany(Templates),
        JsonValue v when v.TryGetValue<string>(out var text) && text.Contains("{{", StringComparison.Ordinal) => [text],
        _ => [],
    };

    private static void Add(JsonObject sample, string[] path)
    {
        var at = sample;
        foreach (var name in path.SkipLast(1))
        {
            if (at[name] is not JsonObject inner)
                at[name] = inner = [];
            at = inner;
        }
        if (path.Length > 0 && at[path[^1]] is not JsonObject)
            at[path[^1]] = ValueOf(path[^1]);
    }

    private static JsonValue ValueOf(string name) => name.ToLowerInvariant() switch
    {
        var n when n.Contains("mail", StringComparison.Ordinal) => JsonValue.Create("ada@example.com"),
        var n when n.Contains("name", StringComparison.Ordinal) => JsonValue.Create("Ada"),
        var n when Number().IsMatch(n) => JsonValue.Create(42),
        var n => JsonValue.Create($"sample {n}"),
    };

    [GeneratedRegex(@"\btrigger\.(?<part>body|input)(?<path>(?:\.[A-Za-z_]\w*)+)")]
    private static partial Regex Places();

    [GeneratedRegex("total|amount|price|count|number|quantity|id$")]
    private static partial Regex Number();
}
