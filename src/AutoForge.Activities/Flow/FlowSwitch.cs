using AutoForge.Expressions;

namespace AutoForge.Activities.Flow;

/// <summary>Leaves by the ways of the cases that match.</summary>
[Activity("Elsa", "FlowSwitch", DisplayName = "Choose a way", Description = "Goes the way of the case whose condition is true, or the default way.", Category = "Flow", Outcomes = [Default])]
public sealed class FlowSwitch : Activity
{
    private const string Default = "Default";

    /// <summary>The cases; each label is an outcome.</summary>
    [Input(Description = "The ways, each with a condition.", Editor = InputEditors.Cases, Order = 0)]
    public List<FlowSwitchCase> Cases { get; set; } = [];

    /// <summary>Whether the first match counts or all.</summary>
    [Input(DisplayName = "Which ways", Description = "What counts when more than one condition is true.", Order = 1,
        OptionTexts = ["The first that matches", "All that match"])]
    public Input<SwitchMode>? Mode { get; set; }

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var matches = await SwitchCases.MatchAsync(context, Cases, one => one.Condition, context.Get(Mode));
        context.Complete(matches.Count == 0 ? [Default] : [.. matches.Select(match => match.Label)]);
    }
}

/// <summary>A way out of a switch.</summary>
/// <param name="Label">The outcome.</param>
/// <param name="Condition">When to go this way.</param>
public sealed record FlowSwitchCase(string Label, Expression? Condition);
