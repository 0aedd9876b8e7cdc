using AutoForge.Activities.Flow;

namespace AutoForge.Activities.Tests.Flow;

public sealed class FlowGraphTests
{
    [Fact]
    public void Classify_LoopBackToItsHead_IsBackwardAndALoop()
    {
        // 0 > 1 > 2 > 1, 2 > 3
        var graph = Graph(4, (0, 1), (1, 2), (2, 1), (2, 3));

        Assert.Equal([(2, 1)], Backward(graph));
        Assert.True(graph.Outbound(2)[0].IsLoop);
        Assert.Equal([0], graph.ForwardInbound(1).Select(edge => edge.Source));
    }

    [Fact]
    public void Classify_JumpIntoALoop_IsNoLoop()
    {
        // 2 leads back to 1, but can be reached past it.
        var graph = Graph(3, (0, 1), (0, 2), (1, 2), (2, 1));

        var backward = Assert.Single(Edges(graph), edge => edge.IsBackward);
        Assert.False(backward.IsLoop);
    }

    [Fact]
    public void Classify_LoopOfOneAndBackToTheStart_AreLoops()
    {
        var graph = Graph(2, (0, 0), (0, 1), (1, 0));

        Assert.Equal([(0, 0), (1, 0)], Backward(graph));
        Assert.All(Edges(graph).Where(edge => edge.IsBackward), edge => Assert.True(edge.IsLoop));
    }

    [Fact]
    public void Inbound_ConnectionsFromWhatCannotBeReached_DoNotCount()
    {
        var graph = Graph(3, (0, 1), (2, 1));

        Assert.Equal([0], graph.Inbound(1).Select(edge => edge.Source));
    }

    [Fact]
    public void AncestorsOf_Join_AreAllWaysToItButNotTheLoopBehind()
    {
        // 0 forks to 1 and 2, both join in 3; 3 > 4 > 3 loops.
        var graph = Graph(5, (0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 3));

        Assert.Equal([true, true, true, false, false], graph.AncestorsOf(3));
    }

    private static FlowGraph Graph(int activities, params (int Source, int Target)[] connections) =>
        new(activities, connections.Select(connection => (connection.Source, "Done", connection.Target)), start: 0);

    private static IEnumerable<FlowEdge> Edges(FlowGraph graph) => Enumerable.Range(0, graph.Count).SelectMany(graph.Outbound);

    private static IEnumerable<(int, int)> Backward(FlowGraph graph) =>
        Edges(graph).Where(edge => edge.IsBackward).Select(edge => (edge.Source, edge.Target));
}
