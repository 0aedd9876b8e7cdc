using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Workflows;

/// <summary><c>{"typeName": …, "expression": {"type": …, "value": …}}</c>; an unset input is null.</summary>
internal sealed class InputConverter : WriteOnlyConverter<Input>
{
    public override void Write(Utf8JsonWriter writer, Input value, JsonSerializerOptions options)
    {
        if (value.Expression is not { } expression)
        {
            writer.WriteNullValue();
            return;
        }
        var written = Written(expression, value.ValueType);
        new JsonObject
        {
            ["typeName"] = TypeNames.Of(value.ValueType),
            ["expression"] = new JsonObject { ["type"] = written.Type, ["value"] = written.Value?.DeepClone() },
        }.WriteTo(writer, options);
    }

    private static Expression Written(Expression expression, Type target)
    {
        if (expression.Type != ExpressionTypes.Literal)
            return expression;
        return expression.Value switch
        {
            // Designers edit lists and objects as JSON text. Not so for inputs that take anything: a text would stay a text.
            JsonArray or JsonObject when target != typeof(object) => new Expression(ExpressionTypes.Object, expression.Value.ToJsonString()),
            JsonValue number when number.GetValueKind() == JsonValueKind.Number && NameOf(number, target) is { } name => Expression.Literal(name),
            _ => expression,
        };
    }

    // Numbers of an enum mean nothing to a reader of the document.
    private static string? NameOf(JsonValue number, Type target) =>
        (Nullable.GetUnderlyingType(target) ?? target) is { IsEnum: true } type ? Enum.ToObject(type, number.Deserialize<long>()).ToString() : null;
}
