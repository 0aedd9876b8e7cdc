namespace AutoForge.Engine.Storage;

internal sealed record GroupCommitOptions
{
    /// <summary>How many items one transaction takes at most.</summary>
    public int MaxGroup { get; init; } = 500;

    /// <summary>How many items of one owner a transaction takes at most while there are others: with more, theirs would take longer.</summary>
    public int Turn { get; init; } = 12;

    /// <summary>How many items may wait; one more is refused, so that a slow database cannot fill the memory.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>How often a group is run again after a conflict with another transaction.</summary>
    public int MaxReruns { get; init; } = 5;
}
