using System.Text.Json.Serialization;

namespace AutoForge.Client;

/// <summary>The answer to whatever starts a run, webhooks included. The run is durable.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">Where it stood when it was answered.</param>
public sealed record StartedRun(Guid RunId, RunStatus Status)
{
    /// <summary>Whether the idempotency key was known, and this is the run of the earlier call. Not part of the JSON.</summary>
    [JsonIgnore]
    public bool IsEarlierRun { get; init; }
}
