namespace AutoForge.Activities.Flow;

/// <summary>Waits. The run gives its worker back meanwhile, and goes on after a restart too.</summary>
[Activity("Elsa", "Delay", DisplayName = "Wait", Description = "Waits for a while before the next step.", Category = "Flow")]
public sealed class Delay : Activity
{
    /// <summary>How long. Nothing or less does not wait.</summary>
    [Input(DisplayName = "How long", Description = "Hours, minutes and seconds, such as 00:05:00 for five minutes.", Required = true)]
    public Input<TimeSpan>? TimeSpan { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        // A run that this node started, as a trigger, has its waiting behind it.
        if (context.Run.TriggerActivityId != Id)
            context.WaitUntil(context.Time.GetUtcNow() + context.Get(TimeSpan));
        return ValueTask.CompletedTask;
    }
}
