using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Running;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>The user's own condition decides the bill (money rule 3), also when it gives what is no yes and no no.</summary>
public sealed class SuccessConditionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("false", false)]
    [InlineData("\"maybe\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData("{\"a\": 1}", false)]
    [InlineData("[]", false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task Settle_ConditionGivesAnything_IsChargedOnlyForATrueOne(string value, bool isCharged)
    {
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        await node.StartAsync();
        var account = await node.OpenAccountAsync();
        var workflow = Draw.Chain("Judged", Draw.Trigger("start", "AutoForge.Manual"));
        workflow["customProperties"] = new JsonObject { ["successCondition"] = new JsonObject { ["type"] = "Template", ["value"] = "{{ trigger.input.value }}" } };
        var publication = await node.PublishAsync(account, workflow);

        var run = await node.AcceptAsync(account, publication.DefinitionId, input: new() { ["value"] = JsonNode.Parse(value) });
        var end = await node.EndOfAsync(account, run);

        Assert.Equal(1, end.Attempts);
        Assert.Equal(isCharged ? (RunStatus.Succeeded, null, 5) : (RunStatus.Failed, "success_condition", 0), (end.Status, end.Fault?.Code, end.ChargedCents));
        Assert.Equal(new AccountBalance(isCharged ? 995 : 1_000, 0), await node.BalanceAsync(account));
        Assert.Empty(await node.ViolationsAsync());
    }

    [Fact]
    public async Task Replay_OfARunThatWasJudgedBad_IsJudgedAgain()
    {
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        await node.StartAsync();
        var account = await node.OpenAccountAsync();
        var workflow = Draw.Chain("Judged", Draw.Trigger("start", "AutoForge.Manual"));
        workflow["customProperties"] = new JsonObject { ["successCondition"] = new JsonObject { ["type"] = "Literal", ["value"] = false } };
        var publication = await node.PublishAsync(account, workflow);
        var run = await node.AcceptAsync(account, publication.DefinitionId);
        Assert.Equal("success_condition", (await node.EndOfAsync(account, run)).Fault?.Code);

        var replay = await node.Get<RunReplay>().ReplayAsync(account, run, ReplayFrom.Failed, Token);

        Assert.Equal("success_condition", (await node.EndOfAsync(account, replay!.Value.RunId)).Fault?.Code);
        Assert.Equal(new AccountBalance(1_000, 0), await node.BalanceAsync(account));
    }
}
