using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Expressions;

namespace AutoForge.Engine.Runs;

/// <summary>Expressions that are no inputs of their own, such as the conditions of cases: compiled at their first use, then kept.</summary>
internal sealed class AdHocExpressions(ExpressionCompiler compiler)
{
    private sealed record Entry(Type Target, CompiledExpression Expression);

    public async ValueTask<T?> EvaluateAsync<T>(Expression expression, ExpressionData data, CancellationToken cancellationToken)
    {
        // Two runs may both compile at first; either result will do.
        if (expression.Compiled is not Entry entry || entry.Target != typeof(T))
            expression.Compiled = entry = new(typeof(T), compiler.Compile(expression, typeof(T), TextEncoding.None));
        // Nothing is no yes: a condition without a value is false.
        return await entry.Expression.EvaluateAsync(data, cancellationToken) is { } value ? (T?)value : default;
    }
}
