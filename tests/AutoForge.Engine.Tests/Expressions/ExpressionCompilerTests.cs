using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Expressions;

namespace AutoForge.Engine.Tests.Expressions;

public sealed class ExpressionCompilerTests
{
    private readonly JsonExpressionData _data = new([]) { Input = new JsonObject { ["Name"] = "Zed", ["count"] = 5 } };

    [Theory]
    [InlineData("Literal", true)]
    [InlineData("Object", true)]
    [InlineData("Json", true)]
    [InlineData("Variable", true)]
    [InlineData("Input", true)]
    [InlineData("Template", true)]
    [InlineData("JavaScript", false)]
    [InlineData("Liquid", false)]
    [InlineData("literal", false)]
    public void IsKnown_StandardEvaluators_AreThoseThatNeedNoWorker(string type, bool expected) =>
        Assert.Equal(expected, JsonExpressionData.Compiler.IsKnown(type));

    [Fact]
    public void Compile_UnknownType_IsRefused()
    {
        var exception = Refused(new("JavaScript", "1 + 1"), typeof(int));

        Assert.Equal("expression_unknown", exception.Code);
        Assert.Contains("JavaScript", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_LiteralThatDoesNotFit_IsRefusedBeforeAnyRun()
    {
        var exception = Refused(Expression.Literal("soon"), typeof(TimeSpan));

        Assert.Equal("expression_invalid", exception.Code);
        Assert.StartsWith("'soon' is not a duration", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Literal_IsConvertedOnceForAllRuns()
    {
        var compiled = JsonExpressionData.Compiler.Compile(Expression.Literal("[\"a\"]"), typeof(List<string>), TextEncoding.None);

        var first = await compiled.EvaluateAsync(_data, TestContext.Current.CancellationToken);
        var second = await compiled.EvaluateAsync(_data, TestContext.Current.CancellationToken);

        Assert.Equal(["a"], (List<string>)first!);
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData("Object")]
    [InlineData("Json")]
    public void Evaluate_Object_IsParsedToItsTarget(string type)
    {
        Assert.Equal(["Big"], (List<string>)_data.Evaluate(new(type, "[\"Big\"]"), typeof(List<string>))!);
        Assert.Equal(5, _data.Evaluate(new(type, "5"), typeof(int)));
        Assert.Equal("""{"a":1}""", ((JsonObject)_data.Evaluate(new(type, """{"a": 1}"""), typeof(JsonObject))!).ToJsonString());
        Assert.Null(_data.Evaluate(new(type, " "), typeof(List<string>)));
    }

    [Theory]
    [InlineData(typeof(object))]
    [InlineData(typeof(string))]
    public void Evaluate_ObjectForAnObjectTarget_StaysText(Type target) =>
        Assert.Equal("""{"a": 1, "b": [{"c": "x"}]}""", _data.Evaluate(new("Object", """{"a": 1, "b": [{"c": "x"}]}"""), target));

    [Fact]
    public void Compile_ObjectWithBrokenJson_IsRefused() =>
        Assert.Equal("expression_invalid", Refused(new("Object", "{\"a\": "), typeof(JsonObject)).Code);

    [Fact]
    public void Evaluate_Variable_IsFoundByIdAndConverted()
    {
        _data.Variables["v1"] = "42";
        _data.Variables["v2"] = true;
        _data.Variables["v3"] = null;

        Assert.Equal(42, _data.Evaluate(Expression.Variable("v1"), typeof(int)));
        Assert.Equal("True", _data.Evaluate(Expression.Variable("v2"), typeof(string)));
        Assert.Null(_data.Evaluate(Expression.Variable("v3"), typeof(string)));
        Assert.Equal("42", _data.Evaluate(new("Variable", "{\"id\": \"v1\", \"name\": \"Counter\"}"), typeof(object)));
    }

    [Fact]
    public void Evaluate_VariableThatNoScopeDeclares_Fails()
    {
        var exception = Assert.Throws<AutoForgeException>(() => _data.Evaluate(Expression.Variable("gone"), typeof(string)));

        Assert.Equal("variable_not_found", exception.Code);
    }

    [Fact]
    public void Evaluate_Input_IsFoundByNameAndMissingIsNull()
    {
        Assert.Equal("Zed", _data.Evaluate(Expression.Input("Name"), typeof(string)));
        Assert.Equal("5", _data.Evaluate(Expression.Input("count"), typeof(string)));
        Assert.Equal(5, _data.Evaluate(Expression.Input("count"), typeof(object)));
        Assert.Null(_data.Evaluate(Expression.Input("name"), typeof(string)));
    }

    [Theory]
    [InlineData("Variable", "Choose a variable.")]
    [InlineData("Input", "Choose a workflow input.")]
    public void Compile_ReferenceToNothing_IsRefused(string type, string message)
    {
        foreach (var value in new JsonNode?[] { null, "", "not json", new JsonObject(), new JsonObject { ["id"] = "", ["name"] = "" }, 5 })
            Assert.Equal(message, Refused(new(type, value), typeof(string)).Message);
    }

    private static AutoForgeException Refused(Expression expression, Type target) =>
        Assert.Throws<AutoForgeException>(() => JsonExpressionData.Compiler.Compile(expression, target, TextEncoding.None));
}
