namespace AutoForge.Activities.Flow;

/// <summary>
/// Elsa's other way of running a flowchart: tokens. An activity that completes puts a token on each connection that it takes
/// and uses up those that led to it; its successors decide by their merge mode whether the tokens there let them run. A join
/// of all ways blocks for ever when one of them is not taken.
/// </summary>
internal sealed class TokenFlow(Flowchart flowchart, FlowGraph graph) : FlowExecution(flowchart, graph)
{
    // By connection.
    private readonly int[] _tokens = new int[graph.EdgeCount];

    // How many tokens will be swallowed on arrival, because a race is decided already.
    private readonly int[] _blocked = new int[graph.EdgeCount];

    public override bool CanComplete => !_tokens.Any(count => count > 0);

    public override async ValueTask LeaveAsync(ActivityContext context, int source, IReadOnlyList<string> outcomes)
    {
        var taken = Graph.Outbound(source).Where(edge => outcomes.Contains(edge.Port)).ToArray();
        var arrived = new List<FlowEdge>();
        foreach (var edge in taken)
        {
            if (_blocked[edge.Index] > 0)
            {
                _blocked[edge.Index]--;
                continue;
            }

            _tokens[edge.Index]++;
            arrived.Add(edge);
        }

        // A loop of one: the token that it has just put on the way back to itself is for the next round.
        UseUp(source, except: taken);
        foreach (var edge in arrived)
        {
            if (await MayRunAsync(context, edge))
                Schedule(context, edge.Target);
        }
    }

    protected override void OnCancelled(int activity) => UseUp(activity, except: []);

    private void UseUp(int activity, FlowEdge[] except)
    {
        foreach (var edge in Graph.Inbound(activity))
        {
            if (!except.Contains(edge))
                _tokens[edge.Index] = 0;
        }
    }

    private async ValueTask<bool> MayRunAsync(ActivityContext context, FlowEdge edge)
    {
        var target = edge.Target;
        switch (await ModeOf(context, target))
        {
            case MergeMode.Merge:
                return Graph.Inbound(target).Count == 1 || Graph.ForwardInbound(target).All(HasToken);

            case MergeMode.Converge:
                return Graph.Inbound(target).All(HasToken);

            case MergeMode.Race:
                Block(edge);
                CancelAncestors(context, At(target));
                return true;

            case MergeMode.Cascade:
                Block(edge);
                return true;

            // Runs once the ways that are alive have arrived: as long as a source still has a token before it, more is to come.
            default:
                return !Graph.ForwardInbound(target).Any(other => Graph.ForwardInbound(other.Source).Any(HasToken));
        }
    }

    private void Block(FlowEdge first)
    {
        foreach (var edge in Graph.ForwardInbound(first.Target))
        {
            if (edge != first && !HasToken(edge))
                _blocked[edge.Index]++;
        }
    }

    private bool HasToken(FlowEdge edge) => _tokens[edge.Index] > 0;

    private async ValueTask<MergeMode> ModeOf(ActivityContext context, int activity)
    {
        if (At(activity) is FlowJoin join)
            return await join.ModeAsync(context) == FlowJoinMode.WaitAny ? MergeMode.Race : MergeMode.Merge;

        return Enum.TryParse<MergeMode>(At(activity).CustomProperties["mergeMode"]?.ToString(), out var mode) ? mode : MergeMode.Stream;
    }

    private enum MergeMode { Stream, Merge, Converge, Race, Cascade }
}
