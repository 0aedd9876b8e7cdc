namespace AutoForge.Client;

/// <summary>One immutable movement of money. Amounts are US cents.</summary>
public sealed record LedgerEntry
{
    /// <summary>Identity in the account; later entries have higher numbers.</summary>
    public required string Id { get; init; }

    /// <summary><c>topup</c>, <c>grant</c>, <c>hold</c>, <c>consume</c>, <c>release</c>, <c>refund</c>, <c>adjustment</c> or <c>dispute</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The size of the movement, US cents, never negative.</summary>
    public required long AmountCents { get; init; }

    /// <summary>What it did to the available balance, US cents.</summary>
    public required long AvailableDeltaCents { get; init; }

    /// <summary>What it did to the held balance, US cents.</summary>
    public required long HeldDeltaCents { get; init; }

    /// <summary>The available balance after it, US cents.</summary>
    public required long AvailableAfterCents { get; init; }

    /// <summary>The held balance after it, US cents.</summary>
    public required long HeldAfterCents { get; init; }

    /// <summary>The run that it belongs to; null when it belongs to none.</summary>
    public Guid? RunId { get; init; }

    /// <summary>What caused it.</summary>
    public required string Source { get; init; }

    /// <summary>For people.</summary>
    public required string Description { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which entries to list; what is not set does not count.</summary>
public sealed record LedgerFilter
{
    /// <summary>Entries of this run.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Entries of this type, such as <c>consume</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Entries of this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Entries before this time.</summary>
    public DateTimeOffset? To { get; init; }

    internal QueryText ToQuery() => default(QueryText)
        .With("runId", RunId?.ToString())
        .With("type", Type)
        .With("from", From)
        .With("to", To);
}
