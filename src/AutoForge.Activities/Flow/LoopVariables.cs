namespace AutoForge.Activities.Flow;

/// <summary>What the body of a loop sees.</summary>
internal static class LoopVariables
{
    private const string CurrentValue = "CurrentValue", CurrentIndex = "CurrentIndex";

    public static IReadOnlyList<Variable> Of(object? value) => [new(CurrentValue, CurrentValue, value)];

    public static IReadOnlyList<Variable> Of(object? value, int index) =>
        [new(CurrentValue, CurrentValue, value), new(CurrentIndex, CurrentIndex, index, "Int32")];
}
