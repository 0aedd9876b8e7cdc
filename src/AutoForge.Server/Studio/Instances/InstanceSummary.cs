using AutoForge.Engine.Runs;

namespace AutoForge.Server.Studio.Instances;

/// <summary>A run as Studio's list shows it.</summary>
internal record InstanceSummary
{
    public required string Id { get; init; }
    public required string DefinitionId { get; init; }
    public required string DefinitionVersionId { get; init; }
    public required int Version { get; init; }
    public required string Status { get; init; }
    public required string SubStatus { get; init; }
    public string? CorrelationId { get; init; }
    public string? Name { get; init; }
    public int IncidentCount { get; init; }
    public bool IsSystem { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public static InstanceSummary From(RunView run) => new()
    {
        Id = run.Id.ToString(),
        DefinitionId = run.DefinitionId,
        DefinitionVersionId = run.VersionId ?? "",
        Version = run.Version,
        Status = InstanceStatus.Of(run.Status),
        SubStatus = InstanceStatus.SubOf(run.Status),
        CorrelationId = run.CorrelationId,
        Name = run.Name,
        IncidentCount = run.Fault is null ? 0 : 1,
        CreatedAt = run.AcceptedAt,
        UpdatedAt = run.UpdatedAt,
        FinishedAt = run.FinishedAt,
    };
}
