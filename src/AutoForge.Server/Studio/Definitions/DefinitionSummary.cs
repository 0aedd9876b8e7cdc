using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Studio.Definitions.Documents;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>A version in one of Studio's lists.</summary>
internal sealed record DefinitionSummary(
    string Id, string DefinitionId, int Version, string Name, string? Description, bool IsLatest, bool IsPublished, DateTimeOffset CreatedAt)
{
    public string MaterializerName { get; } = "Json";
    public bool IsMaterializerAvailable { get; } = true;
    public JsonArray Links { get; init; } = DefinitionLinks.Of(DefinitionId);

    public static DefinitionSummary From(WorkflowSummary workflow) => new(
        workflow.Id, workflow.DefinitionId, workflow.Version, workflow.Name, workflow.Description, workflow.IsLatest, workflow.IsPublished,
        workflow.CreatedAt);

    public static DefinitionSummary From(WorkflowView workflow) => new(
        workflow.Id, workflow.DefinitionId, workflow.Version, workflow.Name, workflow.Document.Text("description"), workflow.IsLatest,
        workflow.IsPublished, workflow.UpdatedAt);
}

/// <summary>One page of versions. Without the right link Studio's list is for reading only.</summary>
internal sealed record DefinitionPage(IReadOnlyList<DefinitionSummary> Items, long TotalCount, JsonArray Links);
