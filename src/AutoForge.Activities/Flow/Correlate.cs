namespace AutoForge.Activities.Flow;

/// <summary>Gives the run a key of the user's own.</summary>
[Activity("Elsa", "Correlate", DisplayName = "Set the correlation id", Description = "Ties this run to something of yours, such as an order number.", Category = "Data")]
public sealed class Correlate : Activity
{
    /// <summary>The key.</summary>
    [Input(DisplayName = "Correlation id", Description = "Your own key, to find the run by.")]
    public Input<string>? CorrelationId { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Describe(correlationId: context.Get(CorrelationId));
        return ValueTask.CompletedTask;
    }
}
