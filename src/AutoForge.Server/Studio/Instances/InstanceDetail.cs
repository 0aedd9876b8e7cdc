using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;

namespace AutoForge.Server.Studio.Instances;

/// <summary>A run as Studio's viewer shows it.</summary>
internal sealed record InstanceDetail : InstanceSummary
{
    public required InstanceState WorkflowState { get; init; }

    /// <param name="data">Null leaves inputs and outputs empty.</param>
    public static InstanceDetail From(RunView run, IReadOnlyList<StepView> steps, RunData? data)
    {
        var incidents = Incident.Of(run, steps);
        return new InstanceDetail(InstanceSummary.From(run) with { IncidentCount = incidents.Count })
        {
            WorkflowState = new InstanceState
            {
                Id = run.Id.ToString(),
                DefinitionId = run.DefinitionId,
                DefinitionVersionId = run.VersionId ?? "",
                DefinitionVersion = run.Version,
                CorrelationId = run.CorrelationId,
                Status = InstanceStatus.Of(run.Status),
                SubStatus = InstanceStatus.SubOf(run.Status),
                Incidents = incidents,
                Input = data?.Input ?? [],
                Output = data?.Output ?? [],
                CreatedAt = run.AcceptedAt,
                UpdatedAt = run.UpdatedAt,
                FinishedAt = run.FinishedAt,
            },
        };
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private InstanceDetail(InstanceSummary summary) : base(summary) => WorkflowState = null!;
}

/// <summary>Elsa's own view of its state, as far as the viewer reads it. Nothing in it may be null.</summary>
internal sealed record InstanceState
{
    public required string Id { get; init; }
    public required string DefinitionId { get; init; }
    public required string DefinitionVersionId { get; init; }
    public required int DefinitionVersion { get; init; }
    public string? CorrelationId { get; init; }
    public required string Status { get; init; }
    public required string SubStatus { get; init; }
    public IReadOnlyList<object> Bookmarks { get; } = [];
    public required IReadOnlyList<Incident> Incidents { get; init; }
    public IReadOnlyList<object> CompletionCallbacks { get; } = [];
    public IReadOnlyList<object> ActivityExecutionContexts { get; } = [];
    public required JsonObject Input { get; init; }
    public required JsonObject Output { get; init; }
    public JsonObject Properties { get; } = [];
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}
