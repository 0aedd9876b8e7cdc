namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A run that was promised.</summary>
internal sealed class StoryRun(int index, Guid id, StoryWorkflow workflow, DateTimeOffset acceptedAt, StoryRun? replayOf)
{
    public int Index { get; } = index;
    public Guid Id { get; } = id;
    public StoryWorkflow Workflow { get; } = workflow;
    public StoryAccount Account => Workflow.Account;
    public DateTimeOffset AcceptedAt { get; } = acceptedAt;
    public StoryRun? ReplayOf { get; } = replayOf;
    public StoryRun Origin => ReplayOf?.Origin ?? this;

    /// <summary>The keys under which it was replayed, each with its replay.</summary>
    public Dictionary<string, StoryRun> Replays { get; } = [];

    /// <summary>Every node that works on it dies of it.</summary>
    public bool IsPoison { get; set; }

    /// <summary>Something came between its steps: a node died or stood still, its lease ran out, its database was away.</summary>
    public bool IsDisturbed { get; set; }
    public bool IsCancelled { get; set; }
    public bool IsRefunded { get; set; }

    /// <summary>Retention has taken its input, its journal and its key.</summary>
    public bool IsCleared { get; set; }

    public override string ToString() => $"r{Index}";
}
