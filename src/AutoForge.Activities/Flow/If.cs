namespace AutoForge.Activities.Flow;

/// <summary>Runs one of two activities.</summary>
[Activity("Elsa", "If", DisplayName = "If / else", Description = "Does one thing if a condition is true, and another if not.", Category = "Flow", Hidden = true)]
public sealed class If : Container
{
    /// <summary>What decides.</summary>
    [Input(Description = "True or false.", Required = true, Editor = InputEditors.SingleLine)]
    public Input<bool>? Condition { get; set; }

    /// <summary>Runs when the condition is true.</summary>
    public Activity? Then { get; set; }

    /// <summary>Runs when it is not.</summary>
    public Activity? Else { get; set; }

    /// <summary>What the condition was.</summary>
    [Output(Description = "Whether the condition was true.")]
    public Output<bool>? Result { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => new[] { Then, Else }.OfType<Activity>();

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        var isTrue = context.Get(Condition);
        context.Set(Result, isTrue);
        if ((isTrue ? Then : Else) is { } branch)
            context.Schedule(branch, OnBranchCompleted);
        else
            context.Complete();
        return ValueTask.CompletedTask;
    }

    private static ValueTask OnBranchCompleted(ActivityContext context, Completion completion)
    {
        context.Complete();
        return ValueTask.CompletedTask;
    }
}
