using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>
/// Text with <c>{{ }}</c> places. Three ways to run it, chosen when it is compiled:
/// no place at all is a literal; text and plain paths, which most templates are, is written directly;
/// only blocks and helpers need Handlebars, whose compiled code costs milliseconds to make and tens of kilobytes to keep.
/// </summary>
internal sealed class TemplateEvaluator : ExpressionEvaluator
{
    public override string Type => ExpressionTypes.Template;

    public override CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text) || !text.Contains("{{", StringComparison.Ordinal))
            return new ConstantExpression(ValueConversion.Convert(value, targetType));

        var template = TemplateParser.Parse(text);
        encoding = EncodingFor(text, targetType, encoding);

        // A whole value goes into a list, an object or a number as it is, not through text.
        if (template.WholePath is { } path && targetType != typeof(string))
            return new PathExpression(path, targetType);

        return template.IsPlain
            ? new PlainTemplate(template.Parts, targetType, encoding)
            : new HandlebarsTemplate(template.Source, targetType, encoding);
    }

    // A list or an object that is written as JSON around its places, such as ["{{ a }}", "{{ b }}"]: what is inserted must not add entries.
    private static TextEncoding EncodingFor(string text, Type targetType, TextEncoding encoding) =>
        encoding == TextEncoding.None
        && (CollectionConversion.Handles(targetType) || typeof(JsonNode).IsAssignableFrom(targetType))
        && text.AsSpan().TrimStart() is ['[' or '{', ..] trimmed && !trimmed.StartsWith("{{")
            ? TextEncoding.Json
            : encoding;
}
