namespace AutoForge.Engine.Expressions.Templates;

/// <summary>One place that is the whole template: its value is converted without becoming text in between, so lists and objects survive.</summary>
internal sealed class PathExpression(TemplatePath path, Type targetType) : CompiledExpression
{
    public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken) =>
        new(ValueConversion.Convert(path.Find(data), targetType));
}
