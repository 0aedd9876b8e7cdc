namespace AutoForge.Activities.Flow;

/// <summary>Leaves the nearest loop.</summary>
[Activity("Elsa", "Break", DisplayName = "Leave the loop", Description = "Ends the loop that this step is in.", Category = "Flow", Outcomes = [])]
public sealed class Break : Terminal
{
    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context) => context.SignalAsync(new(Signals.Break, []));
}
