namespace AutoForge.Engine.Runs;

/// <summary>How the runs of a time went.</summary>
/// <param name="Accepted">All of them, open ones included.</param>
/// <param name="ChargedCents">US cents.</param>
public sealed record RunCounts(int Accepted, int Succeeded, int Failed, int Cancelled, long ChargedCents)
{
    /// <summary>Share of the runs that reached an end by themselves, 0 to 1; null = none has.</summary>
    public double? SuccessRate => Succeeded + Failed == 0 ? null : (double)Succeeded / (Succeeded + Failed);
}
