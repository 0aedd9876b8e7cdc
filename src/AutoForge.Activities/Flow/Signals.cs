namespace AutoForge.Activities.Flow;

internal static class Signals
{
    /// <summary>Ends the nearest loop; sequences and forks on the way end too.</summary>
    public const string Break = "Break";

    /// <summary>Ends the nearest workflow with outcomes.</summary>
    public const string Complete = "Complete";
}
