namespace AutoForge.Activities;

/// <summary>
/// An activity that runs other activities. It is not completed when <see cref="Activity.ExecuteAsync"/> returns,
/// but when it calls <see cref="ActivityContext.Complete"/>, now or from a completion callback.
/// </summary>
public abstract class Container : Activity
{
    /// <summary>The activities directly inside, in document order.</summary>
    public abstract IEnumerable<Activity> Children { get; }

    /// <summary>Variables that live as long as one execution of this container.</summary>
    public List<Variable> Variables { get; set; } = [];

    /// <summary>
    /// Whether something follows when <paramref name="child"/> completes with <paramref name="outcome"/>.
    /// A failed step whose <c>Failed</c> outcome leads nowhere fails the run.
    /// </summary>
    public virtual bool Follows(Activity child, string outcome) => false;

    /// <summary>A child outcome that no completion callback took: override to let a child end this container.</summary>
    protected internal virtual ValueTask OnSignalAsync(ActivityContext context, Signal signal) => ValueTask.CompletedTask;
}
