namespace AutoForge.Activities.Flow;

/// <summary>Which cases of a switch count.</summary>
public enum SwitchMode
{
    /// <summary>The first whose condition is true.</summary>
    MatchFirst,

    /// <summary>All whose condition is true.</summary>
    MatchAny,
}
