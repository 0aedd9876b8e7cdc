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

/// <summary>What an account can spend, what is reserved for its open runs, and what it owes. US cents.</summary>
/// <param name="DebtCents">Above zero no run is accepted; the next credit pays it.</param>
public sealed record AccountBalance(long AvailableCents, long HeldCents, long DebtCents = 0);
