using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

/// <summary>A state of a workflow's draft, as it was saved.</summary>
/// <param name="Revision">Counts up in the workflow, from 1.</param>
/// <param name="Version">The version that it was saved into.</param>
/// <param name="Name">The workflow's name then.</param>
/// <param name="PriceCents">US cents per successful run of this state.</param>
/// <param name="SavedAt">When it was saved.</param>
public sealed record WorkflowRevision(int Revision, int Version, string Name, int PriceCents, DateTimeOffset SavedAt);

/// <summary>A revision with what was saved.</summary>
/// <param name="Revision">Which it is.</param>
/// <param name="Document">Elsa 3 JSON as it was saved.</param>
public sealed record SavedRevision(WorkflowRevision Revision, JsonObject Document);
