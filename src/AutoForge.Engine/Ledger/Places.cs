namespace AutoForge.Engine.Ledger;

/// <summary>
/// How many runs of an account are worked on at once, kept in its row: a run needs a place to be worked on, and one that
/// finds none is parked until a place is handed to it, the oldest first (reliability 10).
/// </summary>
/// <param name="Taken">Runs that have a place, on whatever node.</param>
/// <param name="Parked">Runs that wait for one.</param>
/// <param name="PlanLimit">The plan's number of places; null = the server's default.</param>
internal readonly record struct Places(int Taken, int Parked, int? PlanLimit)
{
    /// <summary>With a place for one more run, or with one more parked run. Nobody overtakes who is parked.</summary>
    public Places With(int defaultLimit, out bool hasPlace)
    {
        hasPlace = Parked == 0 && Taken < Limit(defaultLimit);
        return hasPlace ? this with { Taken = Taken + 1 } : this with { Parked = Parked + 1 };
    }

    /// <summary>Without a run that ended or rests, be it at work or parked.</summary>
    public Places Without(bool hadPlace, bool wasParked) =>
        this with { Taken = Taken - (hadPlace ? 1 : 0), Parked = Parked - (wasParked ? 1 : 0) };

    /// <summary>Free places handed to parked runs.</summary>
    public Places Filled(int defaultLimit, out int handed)
    {
        handed = Math.Clamp(Limit(defaultLimit) - Taken, 0, Parked);
        return this with { Taken = Taken + handed, Parked = Parked - handed };
    }

    private int Limit(int defaultLimit) => Math.Max(PlanLimit ?? defaultLimit, 1);
}
