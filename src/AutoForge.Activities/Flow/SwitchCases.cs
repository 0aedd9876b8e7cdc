using AutoForge.Expressions;

namespace AutoForge.Activities.Flow;

internal static class SwitchCases
{
    /// <summary>The cases whose condition is true: all of them, or the first, whose followers are not looked at.</summary>
    public static async ValueTask<List<T>> MatchAsync<T>(ActivityContext context, IReadOnlyList<T> cases, Func<T, Expression?> condition, SwitchMode mode)
    {
        var matches = new List<T>();
        foreach (var candidate in cases)
        {
            if (condition(candidate) is not { } expression || !await context.EvaluateAsync<bool>(expression))
                continue;

            matches.Add(candidate);
            if (mode == SwitchMode.MatchFirst)
                break;
        }

        return matches;
    }
}
