using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Expressions;

/// <summary>JSON text that is parsed to the target type when it is compiled.</summary>
internal sealed class ObjectEvaluator(string type) : ExpressionEvaluator
{
    /// <summary>What older documents call it.</summary>
    public const string OldName = "Json";

    public override string Type => type;

    public override CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding)
    {
        var text = value is JsonValue scalar && scalar.TryGetValue(out string? json) ? json : value?.ToJsonString();
        if (string.IsNullOrWhiteSpace(text))
            return new ConstantExpression(null);

        // Elsa converts the text to the target, and a text already is an object: it stays unparsed.
        if (targetType == typeof(object) || targetType == typeof(string))
            return new ConstantExpression(text);

        try
        {
            return new ConstantExpression(ValueConversion.Convert(JsonNode.Parse(text), targetType));
        }
        catch (JsonException exception)
        {
            throw new AutoForgeException("expression_invalid", $"This is not valid JSON: {exception.Message}", exception);
        }
    }
}
