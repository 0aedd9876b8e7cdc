namespace AutoForge.Engine.Ledger;

/// <summary>One immutable movement of money. Amounts are US cents; the deltas say which balance it moved.</summary>
public sealed record LedgerEntry(
    string Id,
    string Type,
    long AmountCents,
    long AvailableDeltaCents,
    long HeldDeltaCents,
    long AvailableAfterCents,
    long HeldAfterCents,
    Guid? RunId,
    string Source,
    string Description,
    DateTimeOffset CreatedAt);

/// <summary>What an account can spend, and what is reserved for its open runs. US cents.</summary>
public sealed record AccountBalance(long AvailableCents, long HeldCents);
