namespace AutoForge.Client;

/// <summary>Which runs to list; what is not set does not count.</summary>
public sealed record RunFilter
{
    /// <summary>Runs that stand here now.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Runs of this workflow (its definition id).</summary>
    public string? Workflow { get; init; }

    /// <summary>Runs accepted at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Runs accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Found in the run's id, correlation id, name or fault message.</summary>
    public string? Text { get; init; }

    internal QueryText ToQuery() => default(QueryText)
        .With("status", Status?.ToString())
        .With("workflow", Workflow)
        .With("from", From)
        .With("to", To)
        .With("q", Text);
}
