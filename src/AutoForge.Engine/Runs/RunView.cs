namespace AutoForge.Engine.Runs;

/// <summary>A run as its owner sees it.</summary>
/// <param name="PriceCents">US cents, fixed at acceptance.</param>
/// <param name="ChargedCents">US cents: the price if it succeeded, else 0.</param>
/// <param name="Attempts">Claims by workers so far.</param>
public sealed record RunView(
    Guid Id, string DefinitionId, int Version, RunStatus Status, string Trigger, int PriceCents, int ChargedCents,
    RunFault? Fault, int Attempts, DateTimeOffset AcceptedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    string? CorrelationId, string? Name, Guid? ReplayOf);

/// <summary>Which runs to list. Times are of acceptance, inclusive from, exclusive to.</summary>
/// <param name="Text">Matches run id, correlation id, name and fault message.</param>
public sealed record RunFilter(
    RunStatus? Status = null, string? WorkflowId = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Text = null);
