namespace AutoForge.Activities.Flow;

/// <summary>Runs branches side by side and waits for all of them or for the first.</summary>
[Activity("Elsa", "Fork", DisplayName = "Fork", Description = "Runs branches side by side and waits for all of them, or for the first.", Category = "Flow", Structural = true)]
public sealed class Fork : Container
{
    /// <summary>What it waits for.</summary>
    [Input(DisplayName = "Wait for", Description = "All branches, or the first one; the others are cancelled then.",
        OptionTexts = ["All branches", "The first branch"])]
    public ForkJoinMode JoinMode { get; set; }

    /// <summary>Side by side.</summary>
    public List<Activity> Branches { get; set; } = [];

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Branches;

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        foreach (var branch in Branches)
            context.Schedule(branch, OnBranchCompleted);
        if (Branches.Count == 0)
            context.Complete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask OnSignalAsync(ActivityContext context, Signal signal)
    {
        if (signal.Name == Signals.Break)
            context.Complete();
        return ValueTask.CompletedTask;
    }

    private ValueTask OnBranchCompleted(ActivityContext context, Completion completion)
    {
        if (JoinMode == ForkJoinMode.WaitAny || (context.ActiveChildren.Count == 0 && !context.HasFaultedChildren))
            context.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What a fork waits for.</summary>
public enum ForkJoinMode
{
    /// <summary>All branches.</summary>
    WaitAll,

    /// <summary>The first branch; the others are cancelled.</summary>
    WaitAny,
}
