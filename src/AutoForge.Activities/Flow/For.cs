namespace AutoForge.Activities.Flow;

/// <summary>Counts.</summary>
[Activity("Elsa", "For", DisplayName = "Count", Description = "Repeats its steps for each number from a start to an end.", Category = "Flow")]
public sealed class For : Loop
{
    /// <summary>First number.</summary>
    [Input(Description = "The first number.", Default = "0", Order = 0)]
    public Input<int>? Start { get; set; }

    /// <summary>Last number.</summary>
    [Input(Description = "The last number.", Default = "0", Order = 1)]
    public Input<int>? End { get; set; }

    /// <summary>Distance between numbers; negative counts down, 0 does nothing.</summary>
    [Input(Description = "The distance between two numbers; negative counts down.", Default = "1", Order = 2)]
    public Input<int>? Step { get; set; }

    /// <summary>Whether the last number is counted too.</summary>
    [Input(DisplayName = "Include the last number", Description = "Whether the last number is counted too.", Default = "true", Order = 3)]
    public Input<bool>? OuterBoundInclusive { get; set; }

    /// <summary>The number of this round.</summary>
    [Output(Description = "The number of this round.")]
    public Output<object>? CurrentValue { get; set; }

    private protected override ValueTask<IReadOnlyList<Variable>?> NextAsync(ActivityContext context, int round)
    {
        // In 64 bits: the end may be the largest int there is.
        long step = context.Get(Step), end = context.Get(End), value = context.Get(Start) + (round * step);
        var isInside = step > 0 ? value < end : step < 0 && value > end;
        if (!isInside && !(step != 0 && value == end && context.Get(OuterBoundInclusive)))
            return new((IReadOnlyList<Variable>?)null);

        context.Set(CurrentValue, (int)value);
        return new(LoopVariables.Of((int)value));
    }
}
