using AutoForge.Expressions;

namespace AutoForge.Activities.Flow;

/// <summary>Runs the activities of the cases that match.</summary>
[Activity("Elsa", "Switch", DisplayName = "Switch", Description = "Does what the matching case says, or the default.", Category = "Flow", Hidden = true)]
public sealed class Switch : Container
{
    /// <summary>The cases.</summary>
    [Input(Description = "The cases, each with a condition.", Editor = InputEditors.Cases, Order = 0)]
    public List<SwitchCase> Cases { get; set; } = [];

    /// <summary>Whether the first match counts or all.</summary>
    [Input(DisplayName = "Which cases", Description = "What counts when more than one case matches.", Order = 1,
        OptionTexts = ["The first that matches", "All that match"])]
    public Input<SwitchMode>? Mode { get; set; }

    /// <summary>Runs when no case matches.</summary>
    public Activity? Default { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<Activity> Children => Cases.Select(one => one.Activity).Append(Default).OfType<Activity>();

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var matches = await SwitchCases.MatchAsync(context, Cases, one => one.Condition, context.Get(Mode));
        var chosen = matches.Count == 0 ? [Default] : matches.Select(match => match.Activity);
        foreach (var activity in chosen.OfType<Activity>())
            context.Schedule(activity, OnCaseCompleted);
        CompleteWhenDone(context);
    }

    private static ValueTask OnCaseCompleted(ActivityContext context, Completion completion)
    {
        CompleteWhenDone(context);
        return ValueTask.CompletedTask;
    }

    private static void CompleteWhenDone(ActivityContext context)
    {
        if (context.ActiveChildren.Count == 0 && !context.HasFaultedChildren)
            context.Complete();
    }
}

/// <summary>A case of a switch.</summary>
public sealed class SwitchCase
{
    /// <summary>For people.</summary>
    public string Label { get; set; } = "";

    /// <summary>When it matches.</summary>
    public Expression? Condition { get; set; }

    /// <summary>What to do then.</summary>
    public Activity? Activity { get; set; }
}
