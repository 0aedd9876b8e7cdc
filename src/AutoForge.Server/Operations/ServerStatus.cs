namespace AutoForge.Server.Operations;

/// <summary>How this node is, as anybody may know it: nothing of any account.</summary>
/// <param name="HasDatabase">Whether the database answered.</param>
/// <param name="WorkerAge">Since this node's worker last looked at the queue; null = it has none.</param>
/// <param name="QueueAge">How long the oldest due run waits; null = none does, or nobody knows.</param>
/// <param name="At">When this was found out.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record ServerStatus(bool HasDatabase, TimeSpan? WorkerAge, TimeSpan? QueueAge, string Version, DateTimeOffset At)
{
    // A schedule or a webhook that starts later than this is late for its user.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public bool IsWorking => HasDatabase && (WorkerAge is null || WorkerAge <= WorkerHeartbeat.Oldest);

    public bool IsBehind => QueueAge > LongestWait;
}
