namespace AutoForge.Activities.Flow;

/// <summary>Runs activities one after the other.</summary>
[Activity("Elsa", "Sequence", DisplayName = "One after the other", Description = "Runs its steps in order.", Category = "Flow", Structural = true)]
public sealed class Sequence : Container
{
    /// <summary>In order.</summary>
    public List<Activity> Activities { get; set; } = [];

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Activities;

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context) => Next(context, 0);

    /// <inheritdoc/>
    protected override ValueTask OnSignalAsync(ActivityContext context, Signal signal)
    {
        if (signal.Name == Signals.Break)
            context.Complete();
        return ValueTask.CompletedTask;
    }

    private ValueTask Next(ActivityContext context, int position)
    {
        if (position == Activities.Count)
        {
            context.Complete();
            return ValueTask.CompletedTask;
        }

        context.Schedule(Activities[position], (sequence, completion) =>
            Next(sequence, completion.Child.Activity is Terminal ? Activities.Count : position + 1));
        return ValueTask.CompletedTask;
    }
}
