using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Flow;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Engine.Workflows;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Workflows;

public sealed class WorkflowCompilerTests
{
    [Fact]
    public void Compile_NestedActivities_GetPathsParentsAndNames()
    {
        var body = Line("line", "x").With("name", "Say it");
        var workflow = TestRun.Compile(Workflow(Sequence(Node("Elsa.If", "if").With("then", body))));

        var line = workflow.Find("Workflow1:sequence:if:line")!.Activity;
        Assert.Equal(("line", "Say it", "Elsa.WriteLine"), (line.Id, line.Name, line.Type));
        Assert.Same(workflow.Find("Workflow1:sequence:if")!.Activity, line.Parent);
        Assert.Null(workflow.Root.Activity.Parent);
    }

    [Fact]
    public void Compile_SameIdTwice_KeepsPathsUnique()
    {
        var workflow = TestRun.Compile(Workflow(Sequence(Line("a", "1"), Line("a", "2"))));

        Assert.NotNull(workflow.Find("Workflow1:sequence:a"));
        Assert.NotNull(workflow.Find("Workflow1:sequence:a~2"));
    }

    [Theory]
    [InlineData("""{"typeName": "String", "expression": {"type": "Literal", "value": "x"}}""", "x")]
    [InlineData("""{"typeName": "Whatever", "expression": {"type": "Literal", "value": 5}}""", "5")]
    [InlineData("""{"expression": {"type": "Literal", "value": "x"}}""", null)]
    [InlineData("""{"typeName": "String", "expression": {"type": "literal", "value": "x"}}""", null)]
    [InlineData("""{"typeName": "String"}""", null)]
    [InlineData("\"bare\"", "bare")]
    [InlineData("null", null)]
    public void Compile_Wrapper_IsReadAsElsaReadsIt(string json, string? literal)
    {
        var workflow = TestRun.Compile(Workflow(Node("Elsa.WriteLine", "line").With("text", JsonNode.Parse(json))));

        Assert.Equal(literal, workflow.Root.Literal("text"));
        Assert.Equal(literal is null, ((WriteLine)workflow.Root.Activity).Text is null);
    }

    [Fact]
    public void Compile_UnsetInputWithDefault_IsSet()
    {
        var workflow = TestRun.Compile(Workflow(Node("AutoForge.Webhook", "hook")));

        Assert.Equal("""["POST"]""", workflow.Root.Literal("methods"));
        Assert.Null(workflow.Root.Literal("secret"));
    }

    [Fact]
    public void Compile_UnknownType_KeepsTheNodeAndTheRest()
    {
        var workflow = TestRun.Compile(Workflow(Sequence(Node("Acme.Rocket", "rocket").With("thrust", 7), Line("line", "x"))));

        var rocket = Assert.IsType<UnknownActivity>(workflow.Find("Workflow1:sequence:rocket")!.Activity);
        Assert.Equal(7, rocket.Node["thrust"]!.GetValue<int>());
        Assert.Equal(("rocket", "type"), (workflow.Problems[0].ActivityId, workflow.Problems[0].Field));
    }

    [Fact]
    public void Compile_CasesOfASwitch_HoldTheirActivities()
    {
        var node = Node("Elsa.Switch", "switch").With("cases", JsonNode.Parse(
            """[{"label": "one", "condition": {"type": "Literal", "value": true}, "activity": {"id": "inside", "type": "Elsa.WriteLine"}}, {"label": "two"}]"""));
        var workflow = TestRun.Compile(Workflow(node));

        var cases = ((Switch)workflow.Root.Activity).Cases;
        Assert.Equal(["one", "two"], cases.Select(one => one.Label));
        Assert.Equal("Workflow1:switch:inside", cases[0].Activity!.NodeId);
        Assert.Null(cases[1].Activity);
    }

    [Fact]
    public void Compile_Document_IsNotChanged()
    {
        var document = Workflow(Sequence(Touch("post").With("unknown", new JsonObject { ["kept"] = true })), Variable("v", "1", "Int32"));
        var before = document.ToJsonString();

        TestRun.Compile(document);

        Assert.Equal(before, document.ToJsonString());
    }

    [Theory]
    [InlineData("Int32", "42", 42)]
    [InlineData("Boolean", "true", true)]
    [InlineData("Double", "1.5", 1.5)]
    [InlineData("String", "x", "x")]
    [InlineData("Object", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("Int32", "many", null)]
    [InlineData("System.Int64, System.Private.CoreLib", "7", 7L)]
    public void Compile_Variable_HasItsInitialValue(string type, string text, object? value)
    {
        var workflow = TestRun.Compile(Workflow(Line("line", "x"), Variable("v", text, type)));

        Assert.Equal(value, Assert.Single(workflow.Variables).Value);
    }

    [Fact]
    public void Compile_VariableOfUnknownType_IsDropped() =>
        Assert.Empty(TestRun.Compile(Workflow(Line("line", "x"), Variable("v", "1", "ExpandoObject"))).Variables);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 5)]
    [InlineData(10, 20)]
    [InlineData(30, 50)]
    public void Compile_Price_IsTheSumWithinItsLimits(int touches, int cents) =>
        Assert.Equal(cents, TestRun.Compile(Workflow(Sequence([.. Enumerable.Range(0, touches).Select(at => Touch($"t{at}"))]))).Price.Cents);

    [Fact]
    public void Compile_TooManyActivities_IsRefused()
    {
        Assert.Equal(200, TestRun.Compile(Workflow(Sequence(Lines(199)))).Activities.Count);

        var refused = Assert.Throws<AutoForgeException>(() => TestRun.Compile(Workflow(Sequence(Lines(200)))));
        Assert.Equal("too_many_steps", refused.Code);
    }

    [Fact]
    public void Compile_NoRoot_IsRefused() =>
        Assert.Equal("root_missing", Assert.Throws<AutoForgeException>(() => TestRun.Compile(new() { ["name"] = "x" })).Code);

    private static JsonObject[] Lines(int count) => [.. Enumerable.Range(0, count).Select(at => Line($"line{at}", "x"))];
}
