namespace AutoForge.Engine.Ledger;

/// <summary>Money to be moved; becomes one ledger entry.</summary>
/// <param name="AmountCents">US cents, positive.</param>
/// <param name="Source">What caused it; unique per account for movements without a run, so that a repeat cannot book twice.</param>
internal sealed record Movement(Guid AccountId, string Type, long AmountCents, Guid? RunId, string Source, string Description)
{
    /// <summary>When the run was accepted that money is held for or given back by: the spending of that month changes.</summary>
    public DateTimeOffset? RunAcceptedAt { get; init; }

    /// <summary>Whether an adjustment takes money away; the other types say it themselves.</summary>
    public bool IsDebit { get; init; }

    public long AvailableDeltaCents => Type switch
    {
        EntryType.Adjustment => IsDebit ? -AmountCents : AmountCents,
        EntryType.Topup or EntryType.Grant or EntryType.Release or EntryType.Refund => AmountCents,
        EntryType.Hold or EntryType.Dispute => -AmountCents,
        EntryType.Consume => 0,
        _ => throw new ArgumentException($"Unknown entry type '{Type}'."),
    };

    public long HeldDeltaCents => Type switch
    {
        EntryType.Hold => AmountCents,
        EntryType.Consume or EntryType.Release => -AmountCents,
        _ => 0,
    };
}
