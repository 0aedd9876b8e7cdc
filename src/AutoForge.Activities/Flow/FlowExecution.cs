namespace AutoForge.Activities.Flow;

/// <summary>One execution of a flowchart: which connections have been gone along, and what that starts.</summary>
internal abstract class FlowExecution(Flowchart flowchart, FlowGraph graph)
{
    protected FlowGraph Graph { get; } = graph;

    /// <summary>Whether the flowchart is done when nothing is running in it any more.</summary>
    public virtual bool CanComplete => true;

    public void Begin(ActivityContext context) => Schedule(context, Graph.Start);

    /// <summary>An activity has completed: starts what follows.</summary>
    public abstract ValueTask LeaveAsync(ActivityContext context, int source, IReadOnlyList<string> outcomes);

    /// <summary>Cancels what still runs or waits on the ways to an activity. What is only scheduled stays, as in Elsa.</summary>
    public void CancelAncestors(ActivityContext context, Activity activity)
    {
        var ancestors = Graph.AncestorsOf(flowchart.PositionOf(activity));
        foreach (var child in context.ActiveChildren.Where(child => child.HasStarted).ToArray())
        {
            var position = flowchart.PositionOf(child.Activity);
            if (child.Activity == activity || !ancestors[position])
                continue;

            context.Cancel(child);
            OnCancelled(position);
        }
    }

    protected virtual void OnCancelled(int activity) { }

    protected Activity At(int activity) => flowchart.Activities[activity];

    protected void Schedule(ActivityContext context, int activity) => context.Schedule(At(activity), flowchart.OnChildCompletedAsync);
}
