namespace AutoForge.Engine.Workflows;

/// <summary>Which versions of workflows a list shows.</summary>
public enum VersionScope
{
    /// <summary>The latest version of each.</summary>
    Latest,

    /// <summary>The version that is switched on.</summary>
    Published,

    /// <summary>The latest version where it is not the one that is switched on.</summary>
    Draft,

    /// <summary>The latest version and the one that is switched on.</summary>
    LatestAndPublished,

    /// <summary>Every version that was not deleted.</summary>
    All,
}

/// <summary>What a list of workflows is ordered by.</summary>
public enum WorkflowOrder
{
    /// <summary>When the version was begun.</summary>
    Created,

    /// <summary>The workflow's name.</summary>
    Name,

    /// <summary>The version's number.</summary>
    Version,
}

/// <summary>What a list of workflows shows.</summary>
public sealed record WorkflowFilter
{
    /// <summary>Which versions; <see cref="Version"/> wins.</summary>
    public VersionScope Scope { get; init; }

    /// <summary>Only the version of this number.</summary>
    public int? Version { get; init; }

    /// <summary>Only these workflows; null = all.</summary>
    public IReadOnlyList<string>? DefinitionIds { get; init; }

    /// <summary>Only versions of these ids; null = all.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>A part of the name or the description, without regard to case; or an id.</summary>
    public string? Search { get; init; }

    /// <summary>Order; ties go by id.</summary>
    public WorkflowOrder Order { get; init; }

    /// <summary>Largest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>How many to leave out at the beginning.</summary>
    public int Skip { get; init; }

    /// <summary>How many to show.</summary>
    public int Take { get; init; } = 1000;
}

/// <summary>A version of a workflow in a list, without its steps.</summary>
/// <param name="CreatedAt">When the version was begun.</param>
public sealed record WorkflowSummary(
    string DefinitionId, string Id, int Version, string Name, string? Description, bool IsLatest, bool IsPublished,
    int PriceCents, DateTimeOffset CreatedAt);
