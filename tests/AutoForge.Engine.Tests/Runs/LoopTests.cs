using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Loops and branches whose cases in Elsa's set need a script.</summary>
public sealed class LoopTests
{
    [Theory]
    [InlineData("1", "3", "1", "true", "1,2,3")]
    [InlineData("1", "3", "1", "false", "1,2")]
    [InlineData("1", "6", "2", "false", "1,3,5")]
    [InlineData("3", "1", "-1", "true", "3,2,1")]
    [InlineData("3", "1", "-1", "false", "3,2")]
    [InlineData("1", "3", "0", "true", "")]
    [InlineData("3", "1", "1", "true", "")]
    [InlineData("2147483646", "2147483647", "1", "true", "2147483646,2147483647")]
    public async Task For_Bounds_AreCounted(string start, string end, string step, string inclusive, string expected)
    {
        var loop = Node("Elsa.For", "for").Input("start", start).Input("end", end).Input("step", step).Input("outerBoundInclusive", inclusive)
            .With("body", LineOf("line", "CurrentValue"));

        var result = await new TestRun(Workflow(loop)).WalkAsync();

        Assert.Equal(expected, string.Join(',', result.WrittenLines));
        Assert.Equal(WalkEnd.Finished, result.End);
    }

    [Fact]
    public async Task ForEach_ListThatGrowsMeanwhile_IsReadAgainInEachRound()
    {
        var grow = Node("Elsa.SetVariable", "grow").With("variable", Variable("items", type: "JsonNode")).Input("value", """["a", "b"]""");
        var loop = Node("Elsa.ForEach", "loop").FromVariable("items", "items")
            .With("body", Sequence(Node("Elsa.WriteLine", "line").Input("text", "{{variables.CurrentIndex}}:{{variables.CurrentValue}}", "Template"), grow));

        var result = await new TestRun(Workflow(loop, Variable("items", """["a"]""", "JsonNode"))).WalkAsync();

        Assert.Equal(["0:a", "1:b"], result.WrittenLines);
    }

    [Fact]
    public async Task ForEach_BreakInsideBranches_EndsAllOfThemAndTheLoopAlone()
    {
        var branch = Node("Elsa.If", "if").Input("condition", "true").With("then", Node("Elsa.Break", "break"));
        var fork = Node("Elsa.Fork", "fork").With("branches", new JsonArray(Sequence(branch, Line("never", "never")), Sequence(Delay("delay", TimeSpan.FromHours(1)), Line("late", "late"))));
        var loop = Node("Elsa.ForEach", "loop").Input("items", """["a", "b"]""").With("body", Container("Elsa.Sequence", "body", LineOf("line", "CurrentValue"), fork, Line("behind", "behind")));

        var result = await new TestRun(Workflow(Container("Elsa.Sequence", "outer", loop, Line("after", "after")))).WalkAsync();

        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["a", "after"], result.WrittenLines);
        Assert.All(["if", "loop", "break"], id => Assert.Equal(StepStatus.Completed, result.Steps.Single(step => step.ActivityId == id).Status));
    }

    [Fact]
    public async Task While_Condition_IsEvaluatedBeforeEachRound()
    {
        var loop = Node("Elsa.While", "while").FromVariable("condition", "again").With("body", Sequence(Line("line", "round"), Set("stop", "again", "false")));

        var result = await new TestRun(Workflow(loop, Variable("again", "true", "Boolean"))).WalkAsync();

        Assert.Equal(["round"], result.WrittenLines);
    }

    [Fact]
    public async Task ParallelForEach_ItemsThatWait_HaveTheirOwnVariables()
    {
        var body = Sequence(Delay("delay", TimeSpan.FromSeconds(5)), LineOf("line", "CurrentValue"));
        var loop = Node("Elsa.ParallelForEach", "loop").FromVariable("items", "items").With("body", body);

        var result = await new TestRun(Workflow(loop, Variable("items", "[1, 2, 3]", "JsonNode"))).WalkToEndAsync();

        Assert.Equal(["1", "2", "3"], result.WrittenLines);
        Assert.Equal([1, 2, 3], result.Steps.Where(step => step.ActivityId == "delay").Select(step => step.Visit));
        Assert.Equal(WalkEnd.Finished, result.End);
    }

    [Fact]
    public async Task Flowchart_LoopWithinALoop_RunsTheInnerOneEachTime()
    {
        // outer > inner > test; test leads back to inner once in each round of the outer loop, which has two.
        JsonObject[] activities =
        [
            Line("outer", "outer"), Line("inner", "inner"),
            Node("Elsa.FlowDecision", "again").FromVariable("condition", "innerAgain"), Set("stopInner", "innerAgain", "false"),
            Node("Elsa.FlowDecision", "once").FromVariable("condition", "outerAgain"), Set("stopOuter", "outerAgain", "false"), Set("resetInner", "innerAgain", "true"),
            Line("end", "end"),
        ];
        var chart = Flowchart(
            activities,
            "outer > inner", "inner > again", "again.True > stopInner", "stopInner > inner", "again.False > once",
            "once.True > stopOuter", "stopOuter > resetInner", "resetInner > outer", "once.False > end");

        var result = await new TestRun(Workflow(chart, Variable("innerAgain", "true", "Boolean"), Variable("outerAgain", "true", "Boolean"))).WalkAsync();

        Assert.Equal(["outer", "inner", "inner", "outer", "inner", "inner", "end"], result.WrittenLines);
        Assert.Equal(WalkEnd.Finished, result.End);
    }

    [Fact]
    public async Task Flowchart_JumpIntoALoop_FaultsWithTheReason()
    {
        var chart = Flowchart(
            [Line("a", "a"), Line("b", "b"), Node("Elsa.FlowDecision", "c").Input("condition", "true")],
            "a > b", "a > c", "b > c", "c.True > b");

        var result = await new TestRun(Workflow(chart)).WalkAsync();

        Assert.Equal(WalkEnd.Faulted, result.End);
        Assert.Contains("jumps into a loop", Assert.Single(result.Incidents).Fault.Message, StringComparison.Ordinal);
        Assert.Equal("chart", result.Incidents[0].ActivityId);
    }
}
