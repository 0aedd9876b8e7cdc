using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

/// <summary>One version of a workflow.</summary>
/// <param name="Id">Id of the version.</param>
/// <param name="IsPublished">Whether this very version is the one that triggers start.</param>
/// <param name="PublishedVersion">The version that triggers start; null = switched off.</param>
/// <param name="IsDraft">Whether a save changes this very version; one that was ever published or started never changes again.</param>
/// <param name="PriceCents">US cents per successful run of this version.</param>
/// <param name="PublishedPriceCents">US cents per successful run of the published version; null = switched off.</param>
/// <param name="Document">Elsa 3 JSON as it was saved, unknown properties included, with ids and flags set to what is true now.</param>
public sealed record WorkflowView(
    string DefinitionId, string Id, int Version, string Name, bool IsLatest, bool IsPublished, bool IsDraft, int? PublishedVersion,
    int PriceCents, int? PublishedPriceCents, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, JsonObject Document);

/// <summary>Why a workflow was not published: all problems at once.</summary>
public sealed class WorkflowInvalidException(IReadOnlyList<WorkflowProblem> problems)
    : AutoForgeException("workflow_invalid", "The workflow cannot be published yet.")
{
    public IReadOnlyList<WorkflowProblem> Problems { get; } = problems;
}

/// <summary>How a published trigger is reached.</summary>
/// <param name="Token">Webhooks: the last part of the address.</param>
/// <param name="NextDueAt">Schedules.</param>
public sealed record PublishedTrigger(string Type, string ActivityId, string? Token, DateTimeOffset? NextDueAt);

/// <summary>The answer to publishing.</summary>
/// <param name="PreviousPriceCents">Price of the version that was published before; null = none was.</param>
public sealed record Publication(string DefinitionId, int Version, int PriceCents, int? PreviousPriceCents, IReadOnlyList<PublishedTrigger> Triggers);
