namespace AutoForge.Activities.Flow;

/// <summary>Names the run.</summary>
[Activity("Elsa", "SetName", DisplayName = "Name the run", Description = "Gives this run a name that the history shows.", Category = "Data")]
public sealed class SetName : Activity
{
    /// <summary>The name.</summary>
    [Input(DisplayName = "Name", Description = "The name, such as the number of an order.")]
    public Input<string>? Value { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Describe(name: context.Get(Value));
        return ValueTask.CompletedTask;
    }
}
