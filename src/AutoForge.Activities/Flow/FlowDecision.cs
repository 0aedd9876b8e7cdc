namespace AutoForge.Activities.Flow;

/// <summary>Leaves by one of two ways.</summary>
[Activity("Elsa", "FlowDecision", DisplayName = "Yes or no?", Description = "Goes one way if a condition is true, and another if not.", Category = "Flow", Outcomes = [Yes, No])]
public sealed class FlowDecision : Activity
{
    private const string Yes = "True", No = "False";

    /// <summary>What decides.</summary>
    [Input(Description = "What decides, such as {{ gt trigger.body.total 100 }}.", Required = true, Editor = InputEditors.SingleLine)]
    public Input<bool>? Condition { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Complete(context.Get(Condition) ? Yes : No);
        return ValueTask.CompletedTask;
    }
}
