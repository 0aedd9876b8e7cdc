namespace AutoForge.Client;

/// <summary>How long to pause between two questions about a run: most runs end within a second, some take days.</summary>
internal static class PollBackoff
{
    private const double Growth = 1.5;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(2);

    /// <param name="asked">Questions before this one.</param>
    public static TimeSpan PauseAfter(int asked)
    {
        var pause = Shortest.TotalMilliseconds * Math.Pow(Growth, asked);
        return pause < Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(pause) : Longest;
    }
}
