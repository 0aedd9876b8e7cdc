using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Expressions;

namespace AutoForge.Engine.Tests.Expressions;

/// <summary>Data of a run, held in memory: a JSON document for the roots, a dictionary for the variables.</summary>
internal sealed class JsonExpressionData(JsonObject roots) : ExpressionData
{
    public static ExpressionCompiler Compiler { get; } = new(StandardEvaluators.All());

    public Dictionary<string, object?> Variables { get; } = [];

    public JsonObject Input { get; init; } = [];

    public static JsonExpressionData Parse(string json) => new(JsonNode.Parse(json)!.AsObject());

    /// <summary>Data whose <c>trigger.body</c> is the given value.</summary>
    public static JsonExpressionData Body(JsonNode? body) => new(new JsonObject { ["trigger"] = new JsonObject { ["body"] = body } });

    public static CompiledExpression Template(string text, TextEncoding encoding = TextEncoding.None) =>
        Compiler.Compile(Expression.Template(text), typeof(string), encoding);

    public object? Evaluate(Expression expression, Type target, TextEncoding encoding = TextEncoding.None) =>
        Evaluate(Compiler.Compile(expression, target, encoding));

    public object? Evaluate(CompiledExpression compiled)
    {
        // Everything in these languages is computed at once; nothing is waited for here.
        var result = compiled.EvaluateAsync(this, TestContext.Current.CancellationToken).AsTask();
        Assert.True(result.IsCompleted);
        return result.GetAwaiter().GetResult();
    }

    public string? Render(string template, TextEncoding encoding = TextEncoding.None) =>
        (string?)Evaluate(Template(template, encoding));

    public override bool TryGetVariable(string id, out object? value) => Variables.TryGetValue(id, out value);

    public override JsonNode? GetInput(string name) => Input[name];

    public override JsonObject? GetRoot(string name) => roots[name] as JsonObject;
}
