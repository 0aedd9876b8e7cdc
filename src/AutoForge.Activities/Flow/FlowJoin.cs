namespace AutoForge.Activities.Flow;

/// <summary>Brings ways of a flowchart together.</summary>
[Activity("Elsa", "FlowJoin", DisplayName = "Join", Description = "Waits for the ways that lead here: all of them, or the first.", Category = "Flow")]
public sealed class FlowJoin : Activity
{
    /// <summary>What it waits for; the flowchart asks before it starts the join.</summary>
    [Input(DisplayName = "Wait for", Description = "Which of the ways that lead here must have arrived.",
        OptionTexts = ["The first way", "All ways", "All ways that are taken"])]
    public Input<FlowJoinMode>? Mode { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        if (context.Get(Mode) == FlowJoinMode.WaitAny && context.Parent is { State: FlowExecution flow } flowchart)
            flow.CancelAncestors(flowchart, this);
        return ValueTask.CompletedTask;
    }

    internal async ValueTask<FlowJoinMode> ModeAsync(ActivityContext flowchart) =>
        Mode?.Expression is { } expression ? await flowchart.EvaluateAsync<FlowJoinMode>(expression) : FlowJoinMode.WaitAny;
}

/// <summary>What a join waits for.</summary>
public enum FlowJoinMode
{
    /// <summary>The first way that arrives; what still runs on the other ways is cancelled.</summary>
    WaitAny,

    /// <summary>All ways; when one of them is not taken, the join is passed over.</summary>
    WaitAll,

    /// <summary>All ways that can still arrive.</summary>
    WaitAllActive,
}
