namespace AutoForge.Activities.Flow;

/// <summary>Ends the whole run as finished.</summary>
[Activity("Elsa", "Finish", DisplayName = "Finish the run", Description = "Ends the whole run here, as a success.", Category = "Flow", Outcomes = [])]
public sealed class Finish : Terminal
{
    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.FinishRun();
        return ValueTask.CompletedTask;
    }
}
