using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions;

/// <summary>A workflow input by name; null when the caller gave none.</summary>
internal sealed class InputEvaluator : ExpressionEvaluator
{
    public override string Type => ExpressionTypes.Input;

    public override CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding) =>
        new Lookup(Reference.Read(value, "name", "Choose a workflow input."), targetType);

    private sealed class Lookup(string name, Type targetType) : CompiledExpression
    {
        public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken) =>
            new(ValueConversion.Convert(data.GetInput(name), targetType));
    }
}
