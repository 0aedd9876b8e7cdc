using System.Collections;

namespace AutoForge.Activities.Flow;

/// <summary>Runs its body for all items side by side.</summary>
[Activity("Elsa", "ParallelForEach", DisplayName = "For each, side by side", Description = "Does its steps for all items of a list at once.", Category = "Flow")]
public sealed class ParallelForEach : Container
{
    /// <summary>The list. Text is no list.</summary>
    [Input(DisplayName = "List", Description = "Whose items are gone through, such as {{ trigger.body.items }}. Inside, the item is {{ variables.CurrentValue }}.", Required = true)]
    public Input<object>? Items { get; set; }

    /// <summary>What is done for each item.</summary>
    public Activity? Body { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Body is null ? [] : [Body];

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        var index = 0;
        if (Body is not null && context.Get(Items) is IEnumerable items and not string)
        {
            foreach (var item in items)
                context.Schedule(Body, OnItemCompleted, LoopVariables.Of(item, index++));
        }

        if (index == 0)
            context.Complete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask OnSignalAsync(ActivityContext context, Signal signal)
    {
        if (signal.Name == Signals.Break)
        {
            signal.Handled = true;
            context.Complete();
        }

        return ValueTask.CompletedTask;
    }

    private static ValueTask OnItemCompleted(ActivityContext context, Completion completion)
    {
        if (context.ActiveChildren.Count == 0 && !context.HasFaultedChildren)
            context.Complete();
        return ValueTask.CompletedTask;
    }
}
