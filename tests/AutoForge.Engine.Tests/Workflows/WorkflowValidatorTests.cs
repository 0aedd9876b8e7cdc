using System.Text.Json.Nodes;
using AutoForge.Engine.Tests.Runs;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Workflows;

public sealed class WorkflowValidatorTests
{
    [Fact]
    public void Validate_GoodWorkflow_HasNoProblem() =>
        Assert.Empty(Problems(Flowchart([Touch("post"), Line("line", "x")], "post > line", "post.Nowhere > line", "gone > line")));

    [Fact]
    public void Validate_ManyMistakes_AreToldAtOnce()
    {
        var problems = Problems(Sequence(
            Node("Acme.Rocket", "rocket"),
            Node("Test.Touch", "blank").Input("text", " "),
            Touch("number").Input("retries", "many"),
            Touch("effect").Input("effect", "Sometimes"),
            Line("twin", "1"),
            Line("twin", "2"),
            Node("Elsa.WriteLine", "script").Input("text", "1 + 1", "JavaScript"),
            Node("Elsa.WriteLine", "template").Input("text", "{{#if}}", "Template"),
            Node("Elsa.SetVariable", "unset"),
            Node("AutoForge.Schedule", "schedule").Input("kind", "yearly"),
            Node("AutoForge.Webhook", "hook").Input("methods", """["POST", "BREW"]"""),
            Node("Elsa.FlowSwitch", "switch").With("cases", JsonNode.Parse("""[{"label": "a", "condition": {"type": "Liquid", "value": "x"}}]"""))));

        Assert.Equal(
            ["blank.text", "effect.effect", "hook.methods", "number.retries", "rocket.type", "schedule.kind", "script.text", "switch.cases", "template.text", "twin.id", "unset.variable"],
            problems.Select(problem => $"{problem.ActivityId}.{problem.Field}").Order(StringComparer.Ordinal));
        Assert.Equal("JavaScript expressions are not available on this server yet; use a template instead.", problems.Single(problem => problem.ActivityId == "script").Message);
        Assert.Equal("'BREW' is not one of GET, POST, PUT, PATCH, DELETE.", problems.Single(problem => problem.ActivityId == "hook").Message);
        Assert.Equal("Text is missing.", problems.Single(problem => problem.ActivityId == "blank").Message);
    }

    [Theory]
    [InlineData("Elsa.Flowchart")]
    [InlineData("Elsa.Sequence")]
    public void Validate_NoStep_IsAProblem(string root) =>
        Assert.Equal("root", Assert.Single(Problems(Node(root, "root"))).Field);

    private static IReadOnlyList<Engine.Workflows.WorkflowProblem> Problems(JsonObject root) =>
        TestRun.Validator.Validate(TestRun.Compile(Workflow(root)));
}
