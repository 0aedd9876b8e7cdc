namespace AutoForge.Client;

/// <summary>What a run cost and why. A run that was not charged has no lines and a total of 0.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Lines">Add up to the total.</param>
/// <param name="TotalCents">US cents.</param>
/// <param name="Entries">The movements of money of this run, newest first.</param>
public sealed record Receipt(Guid RunId, IReadOnlyList<ReceiptLine> Lines, int TotalCents, IReadOnlyList<LedgerEntry> Entries);

/// <summary>A line of a receipt.</summary>
/// <param name="ActivityId">The activity; null for the line that lifts the sum to the least price, or caps it at the most.</param>
/// <param name="Description">For people.</param>
/// <param name="Cents">US cents.</param>
public sealed record ReceiptLine(string? ActivityId, string Description, int Cents);
