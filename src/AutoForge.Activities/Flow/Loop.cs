namespace AutoForge.Activities.Flow;

/// <summary>Runs its body again and again until it says otherwise, or a child leaves it (<see cref="Break"/>).</summary>
public abstract class Loop : Container
{
    /// <summary>What is repeated.</summary>
    public Activity? Body { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Body is null ? [] : [Body];

    /// <summary>The variables of the next round; null when there is none.</summary>
    /// <param name="context">The loop's execution.</param>
    /// <param name="round">From 0.</param>
    private protected abstract ValueTask<IReadOnlyList<Variable>?> NextAsync(ActivityContext context, int round);

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        var state = new Rounds();
        context.State = state;
        return RunAsync(context, state);
    }

    /// <inheritdoc/>
    protected override ValueTask OnSignalAsync(ActivityContext context, Signal signal)
    {
        if (signal.Name == Signals.Break)
        {
            // What is between ends first, each in its turn; the loop then finds itself broken.
            ((Rounds)context.State!).IsBroken = true;
            signal.Handled = true;
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask OnBodyCompleted(ActivityContext context, Completion completion) => RunAsync(context, (Rounds)context.State!);

    private async ValueTask RunAsync(ActivityContext context, Rounds state)
    {
        // Without a body there is nothing to wait for, and a condition that stays true would never end.
        if (Body is null || state.IsBroken || await NextAsync(context, state.Next++) is not { } locals)
            context.Complete();
        else
            context.Schedule(Body, OnBodyCompleted, locals);
    }

    private sealed class Rounds
    {
        public int Next { get; set; }
        public bool IsBroken { get; set; }
    }
}
