using System.Collections;

namespace AutoForge.Activities.Flow;

/// <summary>Ends the workflow, or the workflow that is used as an activity, with the given outcomes.</summary>
[Activity("Elsa", "Complete", DisplayName = "Complete the workflow", Description = "Ends the workflow here and says how it ended.", Category = "Flow", Outcomes = [], Hidden = true)]
public sealed class Complete : Terminal
{
    /// <summary>One outcome or a list; unset = <c>Done</c>.</summary>
    [Input(Description = "How the workflow ended; Done when empty.")]
    public Input<object>? Outcomes { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        IReadOnlyList<string> outcomes = context.Get(Outcomes) switch
        {
            null => [],
            IEnumerable many and not string => [.. many.Cast<object?>().Select(outcome => outcome?.ToString()).OfType<string>()],
            var one => [one.ToString()!],
        };

        return context.SignalAsync(new(Signals.Complete, outcomes));
    }
}
