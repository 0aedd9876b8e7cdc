namespace AutoForge.Activities.Flow;

/// <summary>
/// Elsa's default way of running a flowchart. Each activity that completes visits all its connections, taken or not, so that
/// every activity knows when nothing more can arrive: it then runs if at least one way to it was taken, and otherwise is
/// passed over, which visits its own connections in turn.
/// </summary>
internal sealed class CounterFlow(Flowchart flowchart, FlowGraph graph) : FlowExecution(flowchart, graph)
{
    private readonly int[] _visits = new int[graph.EdgeCount];
    private readonly bool[] _taken = new bool[graph.EdgeCount];

    // How often an activity has been run or passed over for what arrived by its forward connections.
    private readonly int[] _rounds = new int[graph.Count];

    public override async ValueTask LeaveAsync(ActivityContext context, int source, IReadOnlyList<string> outcomes)
    {
        foreach (var edge in Graph.Outbound(source))
            await VisitAsync(context, edge, isTaken: outcomes.Contains(edge.Port));
    }

    private async ValueTask VisitAsync(ActivityContext context, FlowEdge edge, bool isTaken)
    {
        if (edge.IsBackward)
        {
            if (isTaken)
                GoBack(context, edge);
            return;
        }

        _visits[edge.Index]++;
        _taken[edge.Index] = isTaken;
        var target = edge.Target;
        var inbound = Graph.ForwardInbound(target);
        var haveAllArrived = inbound.All(HasArrived);
        switch (await ModeOf(context, target))
        {
            // Whoever comes late to a round that has begun is ignored.
            case FlowJoinMode.WaitAny when HasArrived(edge) && (isTaken || haveAllArrived):
                await EnterAsync(context, target, isTaken);
                break;

            case FlowJoinMode.WaitAll when haveAllArrived:
                await EnterAsync(context, target, inbound.All(other => _taken[other.Index]));
                break;

            case FlowJoinMode.WaitAllActive when haveAllArrived:
                await EnterAsync(context, target, inbound.Any(other => _taken[other.Index]));
                break;
        }
    }

    private bool HasArrived(FlowEdge edge) => _visits[edge.Index] > _rounds[edge.Target];

    private async ValueTask EnterAsync(ActivityContext context, int activity, bool runs)
    {
        _rounds[activity]++;
        if (runs)
            Schedule(context, activity);
        else
            await LeaveAsync(context, activity, outcomes: []);
    }

    private void GoBack(ActivityContext context, FlowEdge edge)
    {
        if (!edge.IsLoop)
        {
            throw new InvalidOperationException(
                $"The connection from '{At(edge.Source).Id}' back to '{At(edge.Target).Id}' jumps into a loop: every way from the start to '{At(edge.Source).Id}' must pass '{At(edge.Target).Id}'.");
        }

        Schedule(context, edge.Target);
    }

    private ValueTask<FlowJoinMode> ModeOf(ActivityContext context, int activity) =>
        At(activity) is FlowJoin join ? join.ModeAsync(context) : new(FlowJoinMode.WaitAllActive);
}
