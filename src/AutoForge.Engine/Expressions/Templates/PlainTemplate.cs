using AutoForge.Activities;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>Text and paths, written one after the other.</summary>
internal sealed class PlainTemplate(IReadOnlyList<TemplatePart> parts, Type targetType, TextEncoding encoding) : CompiledExpression
{
    private readonly TemplatePart[] _parts = [.. parts];

    public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken)
    {
        using var writer = new TemplateWriter();
        foreach (ref readonly var part in _parts.AsSpan())
        {
            if (part.Path is null)
                writer.Write(part.Text);
            else if (TemplateData.Text(part.Path.Find(data)) is { } text)
                writer.WriteEncoded(text, part.IsRaw ? TextEncoding.None : encoding);
        }

        return new(ValueConversion.Convert(writer.ToString(), targetType));
    }
}
