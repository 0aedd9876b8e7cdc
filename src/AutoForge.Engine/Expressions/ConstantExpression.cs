namespace AutoForge.Engine.Expressions;

/// <summary>A value that is the same in every run. It is shared, so nobody may change it in place.</summary>
internal sealed class ConstantExpression(object? value) : CompiledExpression
{
    public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken) => new(value);
}
