using AutoForge.Engine.Limits;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>An account of a story, with what the story knows about its money without asking.</summary>
internal sealed class StoryAccount(int index)
{
    public int Index { get; } = index;
    public Guid Id { get; } = Ids.NewId();
    public List<StoryWorkflow> Workflows { get; } = [];
    public PlanLimits Plan { get; set; } = PlanLimits.None;
    public SpendCaps Caps { get; set; } = SpendCaps.None;

    /// <summary>US cents that came in, less what was taken back.</summary>
    public long CreditCents { get; set; }

    /// <summary>Times that money came in or was taken back; makes each unique.</summary>
    public int Movements { get; set; }

    /// <summary>US cents of charged runs that were given back.</summary>
    public long RefundedCents { get; set; }

    /// <summary>The most places that its plan ever had.</summary>
    public int MostPlaces { get; set; }

    public override string ToString() => $"a{Index}";
}

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
