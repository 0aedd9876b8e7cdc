using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Expressions;

/// <summary>A fixed value, converted to its target when it is compiled.</summary>
internal sealed class LiteralEvaluator : ExpressionEvaluator
{
    public override string Type => ExpressionTypes.Literal;

    public override CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding) =>
        new ConstantExpression(ValueConversion.Convert(value, targetType));
}
