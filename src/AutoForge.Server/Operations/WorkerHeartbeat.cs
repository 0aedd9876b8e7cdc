namespace AutoForge.Server.Operations;

/// <summary>How long ago this node's worker last said that it is alive.</summary>
/// <param name="age">Asked at each readiness check; null when this node has no worker.</param>
internal sealed class WorkerHeartbeat(Func<TimeSpan?> age)
{
    /// <summary>Twice the longest lease: what is silent for so long has lost its runs to other nodes.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromSeconds(120);

    /// <summary>Null when this node has no worker.</summary>
    public TimeSpan? Age => age();
}
