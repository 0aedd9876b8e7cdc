using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Runs;

/// <summary>A run that the acceptance transaction is about to store, or that the accepting node keeps in memory to start it at once.</summary>
internal sealed record AcceptedRun(Guid RunId, AcceptRequest Request, DateTimeOffset AcceptedAt, bool Kept)
{
    public Guid OriginRunId => Request.OriginRunId ?? RunId;
}
