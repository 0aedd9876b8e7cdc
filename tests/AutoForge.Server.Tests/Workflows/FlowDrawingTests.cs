using System.Text.Json.Nodes;
using AutoForge.Server.Workflows.Steps;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Workflows;

/// <summary>The flowchart as a list: every change leaves a drawing that runs, and everything else as it was.</summary>
public sealed class FlowDrawingTests
{
    [Fact]
    public void Steps_OfABranchedDrawing_ComeInTheOrderOfARun()
    {
        var (hook, check, yes, no, lost) = (Draw.Webhook("hook"), Step("check"), Step("yes"), Step("no"), Step("lost"));
        var drawing = FlowDrawing.Of(Draw.Flowchart("Branches", [lost, no, yes, check, hook],
            [Draw.Connect(hook, "Done", check), Draw.Connect(check, "True", yes), Draw.Connect(check, "False", no), Draw.Connect(no, "Done", check)]))!;

        Assert.Equal(["hook", "check", "yes", "no", "lost"], Ids(drawing));
    }

    [Fact]
    public void Of_ARootThatIsNoFlowchart_IsNull() =>
        Assert.Null(FlowDrawing.Of(new JsonObject { ["root"] = new JsonObject { ["type"] = "Elsa.Sequence" } }));

    [Fact]
    public void Add_BetweenTwoSteps_JoinsTheNextBehindTheNew()
    {
        var drawing = Chain("hook", "a", "b");

        drawing.Add(Step("new"), "a", "Done");

        Assert.Equal(["hook", "a", "new", "b"], Ids(drawing));
        Assert.Equal([new FlowLink("a", "Done", "new")], drawing.LinksFrom("a"));
        Assert.Equal([new FlowLink("new", "Done", "b")], drawing.LinksFrom("new"));
    }

    [Fact]
    public void Add_AtAnotherWayOut_LeavesTheOrdinaryOneAlone()
    {
        var drawing = Chain("hook", "a", "b");

        drawing.Add(Step("excuse"), "a", "Failed");

        Assert.Equal([new FlowLink("a", "Done", "b"), new FlowLink("a", "Failed", "excuse")], drawing.LinksFrom("a"));
    }

    [Fact]
    public void Add_NewSteps_NeverLieOnTopOfEachOther()
    {
        var drawing = Chain("hook", "a");
        foreach (var port in new[] { "Done", "Failed", "Other" })
            drawing.Add(Step(port), "a", port);

        var places = drawing.Steps().Select(step => step["metadata"]?["designer"]?["position"]?.ToJsonString()).OfType<string>().ToArray();

        Assert.Equal(3, places.Distinct().Count());
    }

    [Fact]
    public void Remove_InTheMiddle_JoinsItsNeighbours()
    {
        var drawing = Chain("hook", "a", "b");

        Assert.True(drawing.Remove("a"));

        Assert.Equal(["hook", "b"], Ids(drawing));
        Assert.Equal([new FlowLink("hook", "Done", "b")], drawing.LinksFrom("hook"));
        Assert.False(drawing.Remove("a"));
    }

    [Fact]
    public void Remove_AStepWithAFailedWay_DropsThatWayOnly()
    {
        var drawing = Chain("hook", "a", "b");
        drawing.Add(Step("excuse"), "a", "Failed");

        drawing.Remove("a");

        Assert.Equal([new FlowLink("hook", "Done", "b")], drawing.LinksFrom("hook"));
        Assert.Empty(drawing.LinksFrom("excuse"));
        Assert.NotNull(drawing.Find("excuse"));
    }

    [Theory]
    [InlineData("b", "hook,b,a,c")]
    [InlineData("c", "hook,a,c,b")]
    public void MoveUp_InAChain_ChangesPlacesWithTheStepBefore(string step, string expected)
    {
        var drawing = Chain("hook", "a", "b", "c");

        Assert.True(drawing.MoveUp(step));

        Assert.Equal(expected, string.Join(',', Ids(drawing)));
        Assert.All(Ids(drawing).Skip(1), id => Assert.Single(Ids(drawing), from => drawing.LinksFrom(from).Any(link => link.To == id)));
    }

    [Fact]
    public void MoveDown_IsMoveUpOfTheNext()
    {
        var drawing = Chain("hook", "a", "b");

        Assert.True(drawing.MoveDown("a"));

        Assert.Equal(["hook", "b", "a"], Ids(drawing));
    }

    [Fact]
    public void MoveUp_PastATriggerOrAcrossBranches_IsRefusedAndChangesNothing()
    {
        var drawing = Chain("hook", "a", "b");
        drawing.Add(Step("excuse"), "a", "Failed");
        var before = drawing.Document.ToJsonString();

        Assert.False(drawing.MoveUp("hook"));
        Assert.False(drawing.MoveUp("a"));
        Assert.False(drawing.MoveUp("b"));
        Assert.False(drawing.MoveDown("a"));
        Assert.False(drawing.MoveUp("nothing"));
        Assert.Equal(before, drawing.Document.ToJsonString());
    }

    [Fact]
    public void Connect_UnknownStepsAndTwins_AreRefused()
    {
        var drawing = Chain("hook", "a");

        Assert.False(drawing.Connect(new FlowLink("hook", "Done", "a")));
        Assert.False(drawing.Connect(new FlowLink("hook", "Done", "nobody")));
        Assert.True(drawing.Connect(new FlowLink("a", "Failed", "a")));
        Assert.True(drawing.Disconnect(new FlowLink("a", "Failed", "a")));
        Assert.False(drawing.Disconnect(new FlowLink("a", "Failed", "a")));
    }

    [Fact]
    public void AnyChange_KeepsWhatItDoesNotKnow()
    {
        var document = Draw.Chain("Kept", Draw.Webhook("hook"), Step("a"));
        document["theirs"] = 1;
        document["root"]!["customProperties"] = new JsonObject { ["theirs"] = 2 };
        document["root"]!["activities"]![1]!["theirs"] = 3;
        var drawing = FlowDrawing.Of(document)!;

        drawing.Add(Step("b"), "a", null);
        drawing.MoveUp("b");

        Assert.Equal("1,2,3", $"{document["theirs"]},{document["root"]!["customProperties"]!["theirs"]},{drawing.Find("a")!["theirs"]}");
    }

    private static FlowDrawing Chain(params string[] ids) =>
        FlowDrawing.Of(Draw.Chain("Chain", [.. ids.Select(id => id == "hook" ? Draw.Webhook(id) : Step(id))]))!;

    private static JsonObject Step(string id) => Draw.Activity(id, "Elsa.WriteLine");

    private static string[] Ids(FlowDrawing drawing) => [.. drawing.Steps().Select(FlowDrawing.IdOf)];
}
