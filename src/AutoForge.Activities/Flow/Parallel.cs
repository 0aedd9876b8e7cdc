namespace AutoForge.Activities.Flow;

/// <summary>Runs activities side by side and waits for all.</summary>
[Activity("Elsa", "Parallel", DisplayName = "Side by side", Description = "Runs its steps side by side and waits for all of them.", Category = "Flow", Structural = true)]
public sealed class Parallel : Container
{
    /// <summary>Side by side.</summary>
    public List<Activity> Activities { get; set; } = [];

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Activities;

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        foreach (var activity in Activities)
            context.Schedule(activity, OnChildCompleted);
        if (Activities.Count == 0)
            context.Complete();
        return ValueTask.CompletedTask;
    }

    private static ValueTask OnChildCompleted(ActivityContext context, Completion completion)
    {
        if (context.ActiveChildren.Count == 0 && !context.HasFaultedChildren)
            context.Complete();
        return ValueTask.CompletedTask;
    }
}
