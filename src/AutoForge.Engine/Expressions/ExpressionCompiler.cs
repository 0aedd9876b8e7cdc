using System.Collections.Frozen;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions;

/// <summary>Knows the languages of this server. Publishing compiles every expression of a workflow once; runs share the result.</summary>
internal sealed class ExpressionCompiler(IEnumerable<ExpressionEvaluator> evaluators)
{
    private readonly FrozenDictionary<string, ExpressionEvaluator> _evaluators =
        evaluators.ToFrozenDictionary(evaluator => evaluator.Type, StringComparer.Ordinal);

    /// <summary>Whether expressions of this type (case-sensitive) can be compiled here.</summary>
    public bool IsKnown(string type) => _evaluators.ContainsKey(type);

    /// <exception cref="AutoForgeException">
    /// <c>expression_unknown</c>: no evaluator of that type. <c>expression_invalid</c> or <c>template_invalid</c>: the text is
    /// wrong, or a fixed value does not fit <paramref name="targetType"/>.
    /// </exception>
    public CompiledExpression Compile(Expression expression, Type targetType, TextEncoding encoding)
    {
        if (!_evaluators.TryGetValue(expression.Type, out var evaluator))
            throw new AutoForgeException("expression_unknown", $"Expressions of type '{expression.Type}' are not available on this server.");

        try
        {
            return evaluator.Compile(expression.Value, targetType, encoding);
        }
        catch (AutoForgeException exception) when (exception.Code == ValueConversion.ErrorCode)
        {
            throw new AutoForgeException("expression_invalid", exception.Message, exception);
        }
    }
}
