namespace AutoForge.Activities.Flow;

/// <summary>Leaves by several ways at once.</summary>
[Activity("Elsa", "FlowFork", DisplayName = "Split", Description = "Goes several ways at once.", Category = "Flow", Outcomes = [])]
public sealed class FlowFork : Activity
{
    /// <summary>The ways; each is an outcome.</summary>
    [Input(DisplayName = "Ways", Description = "A name for each way; press Enter after it.", Editor = InputEditors.Outcomes)]
    public Input<ICollection<string>>? Branches { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Complete([.. context.Get(Branches) ?? []]);
        return ValueTask.CompletedTask;
    }
}
