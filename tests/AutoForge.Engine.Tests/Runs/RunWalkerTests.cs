using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

public sealed class RunWalkerTests
{
    [Fact]
    public async Task WalkAsync_WebhookThenLine_FinishesWithStepsInOrder()
    {
        var webhook = Node("AutoForge.Webhook", "hook").With("customProperties", new JsonObject { ["canStartWorkflow"] = true });
        var run = new TestRun(Workflow(Flowchart([Line("line", "hello"), webhook], "hook > line")))
        {
            TriggerActivityId = "hook",
            Trigger = new JsonObject { ["body"] = new JsonObject { ["name"] = "Ada" }, ["method"] = "POST" },
        };

        var result = await run.WalkAsync();

        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["hello"], result.WrittenLines);
        Assert.Equal(["hook", "line"], result.Steps.Select(step => step.ActivityId));
        Assert.All(result.Steps, step => Assert.Equal(StepStatus.Completed, step.Status));
        Assert.Equal("""{"body":{"name":"Ada"},"headers":null,"query":null,"method":"POST"}""", result.Steps[0].Output!.ToJsonString());
        Assert.Empty(result.Incidents);
    }
}
