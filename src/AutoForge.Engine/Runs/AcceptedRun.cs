using AutoForge.Engine.Steps;
using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Runs;

/// <summary>A run that the acceptance transaction is about to store, or that the accepting node keeps in memory to start it at once.</summary>
/// <param name="HasPlace">Whether its account has a place for it; otherwise it is parked.</param>
/// <param name="IsKept">Whether this node starts it by itself.</param>
internal sealed record AcceptedRun(Guid RunId, AcceptRequest Request, DateTimeOffset AcceptedAt, bool HasPlace, bool IsKept)
{
    /// <summary>What this node goes on with; its steps are stored with the run. Null = it begins at the start.</summary>
    public HeadStart? HeadStart { get; init; }

    /// <summary>False when the answer of the database to the commit was lost.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>Its journal so far.</summary>
    public IReadOnlyList<StepRecord> FirstSteps => HeadStart?.Steps ?? Request.SeedSteps;

    public Guid OriginRunId => Request.OriginRunId ?? RunId;
}
