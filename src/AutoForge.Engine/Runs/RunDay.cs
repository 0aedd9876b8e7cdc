namespace AutoForge.Engine.Runs;

/// <summary>How the runs accepted on one UTC day went.</summary>
/// <param name="ChargedCents">US cents.</param>
public sealed record RunDay(DateOnly Day, int Succeeded, int Failed, long ChargedCents);
