namespace AutoForge.Activities.Flow;

/// <summary>Repeats its body while a condition is true.</summary>
[Activity("Elsa", "While", DisplayName = "Repeat while", Description = "Repeats its steps as long as a condition is true.", Category = "Flow")]
public sealed class While : Loop
{
    /// <summary>Evaluated before each round.</summary>
    [Input(Description = "What must be true for another round, such as {{ lt variables.Count 10 }}.", Required = true, Editor = InputEditors.SingleLine)]
    public Input<bool>? Condition { get; set; }

    private protected override async ValueTask<IReadOnlyList<Variable>?> NextAsync(ActivityContext context, int round) =>
        await context.ReevaluateAsync(Condition) ? [] : null;
}
