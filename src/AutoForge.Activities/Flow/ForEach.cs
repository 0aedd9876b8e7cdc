namespace AutoForge.Activities.Flow;

/// <summary>Repeats its body for each item, one after the other.</summary>
[Activity("Elsa", "ForEach", DisplayName = "For each", Description = "Repeats its steps for each item of a list, one after the other.", Category = "Flow")]
public sealed class ForEach : Loop
{
    /// <summary>The list; read again in each round.</summary>
    [Input(DisplayName = "List", Description = "Whose items are gone through, such as {{ trigger.body.items }}. Inside, the item is {{ variables.CurrentValue }}.", Required = true, Editor = InputEditors.SingleLine)]
    public Input<ICollection<object>>? Items { get; set; }

    /// <summary>The item of this round.</summary>
    [Output(Description = "The item of this round.")]
    public Output<object>? CurrentValue { get; set; }

    private protected override async ValueTask<IReadOnlyList<Variable>?> NextAsync(ActivityContext context, int round)
    {
        var items = await context.ReevaluateAsync(Items);
        ArgumentNullException.ThrowIfNull(items, "source");
        if (round >= items.Count)
            return null;

        var item = items.ElementAt(round);
        context.Set(CurrentValue, item);
        return LoopVariables.Of(item, round);
    }
}
