namespace AutoForge.Activities.Flow;

/// <summary>Writes a line to the run's log.</summary>
[Activity("Elsa", "WriteLine", DisplayName = "Write to the log", Description = "Writes a line that you see in the run's history.", Category = "Data")]
public sealed class WriteLine : Activity
{
    /// <summary>The line.</summary>
    [Input(Description = "What to write.", Editor = InputEditors.MultiLine)]
    public Input<string>? Text { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.WriteLine(context.Get(Text) ?? "");
        return ValueTask.CompletedTask;
    }
}
