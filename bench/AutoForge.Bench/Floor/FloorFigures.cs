namespace AutoForge.Bench.Floor;

/// <param name="Rates">What can be done per second.</param>
/// <param name="CommitMilliseconds">Median of a durable commit of one row, alone.</param>
internal sealed record FloorFigures(IReadOnlyList<FloorRow> Rates, double CommitMilliseconds);
