using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>Makes the inputs of a node from their JSON, and compiles their expressions.</summary>
internal sealed class InputBinder(ExpressionCompiler expressions)
{
    // The other languages of Elsa. They are kept, so that publishing can say what is missing, and never run here.
    private static readonly string[] ForeignTypes = [ExpressionTypes.JavaScript, ExpressionTypes.Liquid, "CSharp", "Python", "Delegate"];

    public List<CompiledInput> Bind(Activity activity, JsonObject node, IReadOnlyList<ActivityProperty> properties)
    {
        var inputs = new List<CompiledInput>();
        foreach (var property in properties.Where(property => property.Kind == PropertyKind.Input))
        {
            var descriptor = property.Input!;
            var expression = Read(node[property.Name])
                ?? (descriptor.Attributes.Default is { } text ? Expression.Literal(text) : null);
            if (expression is null)
                continue;

            var input = descriptor.Create(expression);
            input.Slot = inputs.Count;
            property.Set(activity, input);
            inputs.Add(new(descriptor, input));
        }

        // Only now: how a template encodes may depend on a literal of another field.
        foreach (var input in inputs)
            Compile(activity, input);
        return inputs;
    }

    private void Compile(Activity activity, CompiledInput input)
    {
        var expression = input.Input.Expression!;
        try
        {
            if (!expressions.IsKnown(expression.Type))
                throw Unavailable(expression.Type);
            input.Expression = expressions.Compile(expression, input.Descriptor.ValueType, activity.EncodingOf(input.Descriptor.Name));
        }
        catch (AutoForgeException problem)
        {
            input.Problem = problem;
        }
    }

    public static AutoForgeException Unavailable(string type) =>
        new("expression_unknown", $"{type} expressions are not available on this server yet; use a template instead.");

    private Expression? Read(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return null;

            case JsonObject wrapper:
                // Elsa reads a wrapper without typeName as unset, and one of a type that it does not know too.
                return wrapper["typeName"] is not null
                    && wrapper["expression"] is JsonObject json
                    && json.Text("type") is { } type
                    && (expressions.IsKnown(type) || ForeignTypes.Contains(type))
                        ? new(type, json["value"]?.DeepClone())
                        : null;

            default:
                return node.GetValueKind() == JsonValueKind.Null ? null : new(ExpressionTypes.Literal, node.DeepClone());
        }
    }
}
