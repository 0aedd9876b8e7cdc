using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Triggers;

/// <summary>A wish to start a run, with everything that the transaction of acceptance needs.</summary>
internal sealed record AcceptRequest
{
    public required Guid AccountId { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>For the ledger entry, so that a person recognises it.</summary>
    public required string WorkflowName { get; init; }

    /// <summary>The trigger; empty for manual starts and replays, which have no row of their own.</summary>
    public required Guid TriggerId { get; init; }
    public required string TriggerType { get; init; }
    public string? TriggerActivityId { get; init; }
    public required int Version { get; init; }
    public required int PriceCents { get; init; }

    /// <summary>Version of the list that the price was taken from.</summary>
    public int PriceList { get; init; }

    /// <summary>UTF-8 JSON, what <c>trigger</c> will be in expressions.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>Unique per trigger: the same key gives the same run.</summary>
    public string? DedupKey { get; init; }
    public string? CorrelationId { get; init; }
    public int Depth { get; init; }

    /// <summary>For a schedule: the slot of the refusal if there is no balance.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public Guid? ReplayOf { get; init; }
    public Guid? OriginRunId { get; init; }

    /// <summary>For a replay from the failed step: what need not be done again.</summary>
    public IReadOnlyList<StepRecord> SeedSteps { get; init; } = [];

    /// <summary>Monotonic time stamp of the wish; set by <see cref="RunAcceptance"/>.</summary>
    public long ReceivedAt { get; set; }

    /// <summary>The first burst of the run, if it has been begun already; set by <see cref="RunAcceptance"/>.</summary>
    public HeadStart? HeadStart { get; set; }

    /// <summary>The span of the acceptance, for the run to go on with on the node that keeps it; empty when nobody listens.</summary>
    public System.Diagnostics.ActivityContext Trace { get; set; }
}

/// <summary>What became of a wish to start a run.</summary>
public enum AcceptOutcome
{
    /// <summary>The run, its hold and its job are durable.</summary>
    Accepted,

    /// <summary>A run with the same key exists; nothing was stored.</summary>
    Duplicate,

    /// <summary>The balance does not cover the price; only the refusal was stored.</summary>
    NoBalance,

    /// <summary>A spend cap of the owner's forbids the run; only the refusal was stored.</summary>
    OverCap,

    /// <summary>The plan allows no more runs today; only the refusal was stored.</summary>
    OverQuota,

    /// <summary>The trigger has been switched off.</summary>
    SwitchedOff,
}

/// <param name="RunId">The accepted or the earlier run; empty otherwise.</param>
/// <param name="PriceCents">The price that was reserved, or that was not to be had.</param>
/// <param name="Reason">Why nothing was started, one of <see cref="RefusalReason"/>; null when something was, or when the trigger is off.</param>
public readonly record struct Acceptance(AcceptOutcome Outcome, Guid RunId, int PriceCents, string? Reason = null);
