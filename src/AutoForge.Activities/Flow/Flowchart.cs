namespace AutoForge.Activities.Flow;

/// <summary>Activities on a canvas, joined by connections.</summary>
[Activity("Elsa", "Flowchart", DisplayName = "Flowchart", Description = "Steps on a canvas, joined by lines.", Category = "Flow", Structural = true)]
public sealed class Flowchart : Container
{
    private FlowGraph?[]? _graphs;
    private Dictionary<Activity, int>? _positions;

    /// <summary>The activities.</summary>
    public List<Activity> Activities { get; set; } = [];

    /// <summary>The lines between them. Those that name an activity that is not there do not count.</summary>
    public FlowConnections Connections { get; set; } = [];

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Activities;

    /// <inheritdoc/>
    public override bool Follows(Activity child, string outcome) =>
        Connections.Any(connection => connection.Source == child.Id && connection.Port == outcome && Activities.Exists(activity => activity.Id == connection.Target));

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        if (Activities.Count == 0)
        {
            context.Complete();
            return ValueTask.CompletedTask;
        }

        var graph = GraphFrom(StartOf(context.Run));
        var options = (FlowchartOptions?)context.Services.GetService(typeof(FlowchartOptions));
        FlowExecution flow = options?.Mode == FlowchartMode.Token ? new TokenFlow(this, graph) : new CounterFlow(this, graph);
        context.State = flow;
        flow.Begin(context);
        return ValueTask.CompletedTask;
    }

    internal async ValueTask OnChildCompletedAsync(ActivityContext context, Completion completion)
    {
        var flow = (FlowExecution)context.State!;
        if (completion.Child.Activity is Terminal)
        {
            context.Complete();
            return;
        }

        await flow.LeaveAsync(context, PositionOf(completion.Child.Activity), completion.Outcomes);
        if (context.ActiveChildren.Count == 0 && !context.HasFaultedChildren && flow.CanComplete)
            context.Complete();
    }

    internal int PositionOf(Activity activity)
    {
        // Two runs may both make it at first; either result will do.
        var positions = _positions ??= Activities.Select((child, at) => (child, at)).ToDictionary(entry => entry.child, entry => entry.at);
        return positions[activity];
    }

    // What started the run; else the first Start; else the first that may start runs; else the first that nothing leads to.
    private int StartOf(RunInfo run)
    {
        var start = run.TriggerActivityId is { } trigger ? Activities.FindIndex(activity => activity.Id == trigger) : -1;
        if (start < 0)
            start = Activities.FindIndex(activity => activity is Start);
        if (start < 0)
            start = Activities.FindIndex(activity => activity.CanStartWorkflow);
        if (start < 0)
            start = Activities.FindIndex(activity => !Connections.Exists(connection => connection.Target == activity.Id));
        return Math.Max(start, 0);
    }

    private FlowGraph GraphFrom(int start)
    {
        var graphs = _graphs ??= new FlowGraph?[Activities.Count];
        return graphs[start] ??= new(Activities.Count, Edges(), start);
    }

    private IEnumerable<(int Source, string Port, int Target)> Edges() =>
        from connection in Connections
        let source = Activities.FindIndex(activity => activity.Id == connection.Source)
        let target = Activities.FindIndex(activity => activity.Id == connection.Target)
        where source >= 0 && target >= 0
        select (source, connection.Port, target);
}
