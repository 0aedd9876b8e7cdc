namespace AutoForge.Engine.Workflows;

/// <summary>Ways out that the engine itself knows.</summary>
internal static class Outcome
{
    public const string Done = "Done";
    public const string Failed = "Failed";

    public static readonly IReadOnlyList<string> OnlyDone = [Done];
    public static readonly IReadOnlyList<string> OnlyFailed = [Failed];
}
