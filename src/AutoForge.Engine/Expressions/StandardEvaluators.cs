using AutoForge.Engine.Expressions.Templates;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions;

/// <summary>The languages that every server has, since they need nothing outside this process.</summary>
internal static class StandardEvaluators
{
    public static IReadOnlyList<ExpressionEvaluator> All() =>
    [
        new LiteralEvaluator(),
        new ObjectEvaluator(ExpressionTypes.Object),
        new ObjectEvaluator(ObjectEvaluator.OldName),
        new VariableEvaluator(),
        new InputEvaluator(),
        new TemplateEvaluator(),
    ];
}
