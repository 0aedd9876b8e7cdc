using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions;

/// <summary>The current value of a variable, found by its id from the innermost scope outwards.</summary>
internal sealed class VariableEvaluator : ExpressionEvaluator
{
    public override string Type => ExpressionTypes.Variable;

    public override CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding) =>
        new Lookup(Reference.Read(value, "id", "Choose a variable."), targetType);

    private sealed class Lookup(string id, Type targetType) : CompiledExpression
    {
        public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken) =>
            data.TryGetVariable(id, out var value)
                ? new(ValueConversion.Convert(value, targetType))
                : throw new AutoForgeException("variable_not_found", $"There is no variable '{id}' here.");
    }
}
