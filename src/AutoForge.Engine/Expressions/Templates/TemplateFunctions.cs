using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using HandlebarsDotNet;
using HandlebarsDotNet.PathStructure;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>The fixed list of helpers. None has a clock, a random number or any other way out; all give the same for the same data.</summary>
internal static class TemplateFunctions
{
    /// <summary>The blocks that Handlebars has itself.</summary>
    public static readonly IReadOnlyList<string> Blocks = ["if", "unless", "each", "with"];

    private static readonly FrozenDictionary<string, Function> Helpers = new Dictionary<string, Function>
    {
        ["json"] = new(1, 1, values => new RawText(TemplateData.Json(values[0]))),
        ["default"] = new(2, 2, values => TemplateData.Text(values[0]) is { Length: > 0 } ? values[0] : values[1]),
        ["upper"] = new(1, 1, values => TemplateData.Text(values[0])?.ToUpperInvariant()),
        ["lower"] = new(1, 1, values => TemplateData.Text(values[0])?.ToLowerInvariant()),
        ["trim"] = new(1, 1, values => TemplateData.Text(values[0])?.Trim()),
        ["length"] = new(1, 1, values => Length(values[0])),
        ["join"] = new(1, 2, values => Join(values[0], values.Length > 1 ? TemplateData.Text(values[1]) : ", ")),
        ["date"] = new(2, 3, values => TemplateFormat.Date(values[0], TemplateData.Text(values[1]), values.Length > 2 ? TemplateData.Text(values[2]) : null)),
        ["number"] = new(2, 2, values => TemplateFormat.Number(values[0], TemplateData.Text(values[1]))),
        ["eq"] = new(2, 2, values => TemplateComparison.AreEqual(values[0], values[1])),
        ["ne"] = new(2, 2, values => !TemplateComparison.AreEqual(values[0], values[1])),
        ["gt"] = new(2, 2, values => TemplateComparison.Compare(values[0], values[1]) > 0),
        ["lt"] = new(2, 2, values => TemplateComparison.Compare(values[0], values[1]) < 0),
        ["and"] = new(1, int.MaxValue, values => Array.TrueForAll(values, IsTrue)),
        ["or"] = new(1, int.MaxValue, values => Array.Exists(values, IsTrue)),
        ["not"] = new(1, 1, values => !IsTrue(values[0])),
        ["lookup"] = new(2, 2, values => TemplateData.Text(values[1]) is { } name ? TemplateData.Member(values[0], name) : null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All but <c>lookup</c>, whose name is taken by Handlebars.</summary>
    public static IEnumerable<(string Name, HandlebarsReturnWithOptionsHelper Function)> All =>
        Helpers.Where(entry => entry.Key != "lookup").Select(entry => (entry.Key, Wrap(entry.Key, entry.Value)));

    public static HandlebarsReturnWithOptionsHelper Lookup { get; } = Wrap("lookup", Helpers["lookup"]);

    /// <summary>Names are case-sensitive.</summary>
    public static bool IsKnown(string name) => Helpers.ContainsKey(name);

    /// <summary>Whether a call with so many values can be right.</summary>
    public static bool Takes(string name, int count) => Helpers[name] is var helper && count >= helper.Least && count <= helper.Most;

    private static HandlebarsReturnWithOptionsHelper Wrap(string name, Function helper) =>
        (in HelperOptions options, in Context context, in Arguments arguments) =>
        {
            // {{date}} inside of {{#each}} means the entry's own property of that name: a helper without values has nothing to do.
            if (arguments.Length == 0)
                return TemplateData.Member(context.Value, name);

            // The parser has counted already; were they ever to disagree, it must not become an index out of range.
            if (!Takes(name, arguments.Length))
                throw new AutoForgeException(TemplateParser.ErrorCode, $"The helper '{name}' does not take {arguments.Length} values.");

            var scope = options.Data.Value<TemplateScope>(ChainSegment.Root)!;
            var values = new object?[arguments.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i] is UndefinedBindingResult ? null : arguments[i];
                Charge(scope, values[i]);
            }

            var result = helper.Run(values);
            Charge(scope, result);
            return result;
        };

    private static void Charge(TemplateScope scope, object? value) =>
        scope.CountCharacters(value switch { string text => text.Length, RawText raw => raw.Text.Length, _ => 1 });

    private static bool IsTrue(object? value) => HandlebarsUtils.IsTruthyOrNonEmpty(value);

    private static int Length(object? value) => value switch
    {
        JsonArray list => list.Count,
        JsonObject json => json.Count,
        _ => TemplateData.Text(value)?.Length ?? 0,
    };

    private static string? Join(object? value, string? separator) => value is JsonArray list
        ? string.Join(separator, list.Select(item => TemplateData.Text(TemplateData.Open(item))))
        : TemplateData.Text(value);

    private sealed record Function(int Least, int Most, Func<object?[], object?> Run);
}
