using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Runs;

/// <summary>A run that the acceptance transaction is about to store, or that the accepting node keeps in memory to start it at once.</summary>
/// <param name="HasPlace">Whether its account has a place for it; otherwise it is parked.</param>
/// <param name="IsKept">Whether this node starts it by itself.</param>
internal sealed record AcceptedRun(Guid RunId, AcceptRequest Request, DateTimeOffset AcceptedAt, bool HasPlace, bool IsKept)
{
    public Guid OriginRunId => Request.OriginRunId ?? RunId;
}
