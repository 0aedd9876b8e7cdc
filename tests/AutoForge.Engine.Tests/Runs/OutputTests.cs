using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Results that are no JSON fail their step by its name; the engine stores or refuses, and never stumbles.</summary>
public sealed class OutputTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Walk_ResultThatCannotBeStored_FailsTheStep()
    {
        foreach (var result in new Func<object>[] { Cycle, () => JsonNode.Parse("""{"half": "\ud83d"}""")!, () => typeof(string).GetMethods()[0] })
        {
            var run = new TestRun(Workflow(Sequence(Node("Test.Touch", "touch").Input("text", "a"), Line("after", "not reached"))), new Outside { Answer = _ => result() });

            var end = await run.WalkAsync();

            Assert.Equal(WalkEnd.Faulted, end.End);
            Assert.Equal(("touch", "activity_error"), (Assert.Single(end.Incidents).ActivityId, end.Incidents[0].Fault.Code));
            Assert.Equal(StepStatus.Failed, Assert.Single(end.Steps, step => step.ActivityId == "touch").Status);
            Assert.Empty(end.WrittenLines);
        }
    }

    [Theory]
    [InlineData("""{"half": "\ud83d"}""", "\"{\\u0022half\\u0022: \\u0022\\\\ud83d\\u0022}\"")]
    [InlineData("""{"whole": "\ud83d\ude00"}""", """{"whole":"\uD83D\uDE00"}""")]
    [InlineData("""{"zero": "\u0000"}""", """{"zero":"\u0000"}""")]
    public async Task Request_AnswerWithOddCharacters_SucceedsInTheFirstTry(string answer, string stored)
    {
        await using var target = await HttpTarget.StartAsync();
        target.Next(200, answer, "application/json");
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        await node.StartAsync();
        var account = await node.OpenAccountAsync();
        var workflow = await node.DrawAsync(account, Hosting.Steps.Request("get", "GET", target.Url("/odd")), Hosting.Steps.Name("name", "{{ steps.get.body }}"));

        var run = await node.AcceptAsync(account, workflow);
        var end = await node.EndOfAsync(account, run);

        Assert.Equal((RunStatus.Succeeded, 1), (end.Status, end.Attempts));
        Assert.Equal(stored, (await node.JournalAsync(account, run))[1].Output!["body"]!.ToJsonString());
    }

    private static List<object> Cycle()
    {
        var list = new List<object>();
        list.Add(list);
        return list;
    }
}
