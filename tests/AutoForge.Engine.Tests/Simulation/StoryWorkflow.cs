namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A published workflow of a story.</summary>
internal sealed class StoryWorkflow(int index, StoryAccount account, Plot plot, string id, Guid triggerId, int priceCents)
{
    public StoryAccount Account { get; } = account;
    public Plot Plot { get; } = plot;
    public string Id { get; } = id;
    public Guid TriggerId { get; } = triggerId;
    public int PriceCents { get; } = priceCents;
    public bool IsOn { get; set; } = true;

    /// <summary>US cents in a month; null = none.</summary>
    public long? CapCents { get; set; }

    /// <summary>The runs by the keys of their callers.</summary>
    public Dictionary<string, StoryRun> Keys { get; } = [];

    public override string ToString() => $"w{index}";
}
