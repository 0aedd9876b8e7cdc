namespace AutoForge.Client;

/// <summary>A workflow in a list: the facts of its latest version.</summary>
public record WorkflowSummary
{
    /// <summary>Identity through all versions.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>Identity of the version.</summary>
    public required string Id { get; init; }

    /// <summary>Number of the version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>For people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Whether this very version is the one that triggers start.</summary>
    public required bool IsPublished { get; init; }

    /// <summary>The version that triggers start; null when the workflow is switched off.</summary>
    public int? PublishedVersion { get; init; }

    /// <summary>US cents that a successful run of this version costs.</summary>
    public required int PriceCents { get; init; }

    /// <summary>US cents that a successful run costs now: the price of the published version. Null when the workflow is switched off.</summary>
    public int? PublishedPriceCents { get; init; }

    /// <summary>When the workflow was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version was last saved.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
