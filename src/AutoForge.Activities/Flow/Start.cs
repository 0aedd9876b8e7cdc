namespace AutoForge.Activities.Flow;

/// <summary>Marks where a flowchart begins.</summary>
[Activity("Elsa", "Start", DisplayName = "Start", Description = "Where the flow begins.", Category = "Flow", Hidden = true)]
public sealed class Start : Activity
{
    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context) => ValueTask.CompletedTask;
}
