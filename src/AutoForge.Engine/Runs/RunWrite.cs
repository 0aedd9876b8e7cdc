using AutoForge.Engine.Crashes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Runs;

/// <summary>Why a run failed, with the step at fault.</summary>
/// <param name="ActivityId">Null when no step is to blame.</param>
public sealed record RunFault(string? ActivityId, string Code, string Message);

/// <summary>One write of a worker about its run: a START, a rest, or the end. Grouped with the writes of other runs.</summary>
internal sealed record RunWrite
{
    public required Lease Lease { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>The state after this write. Terminal: the hold is settled and the job removed. Waiting: the job is given back until <see cref="DueAt"/>.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The run's row says so already: acceptance stored it as running, on the node that kept it.</summary>
    public bool IsStateStored { get; init; }

    /// <summary>Journal rows to store.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>The run ends without its journal having been walked: whatever is open there is closed.</summary>
    public bool ClosesOpenSteps { get; init; }
    public required int PriceCents { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public RunFault? Fault { get; init; }
    public string? Name { get; init; }
    public string? CorrelationId { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether the run needs its account's place no more.</summary>
    public bool LeavesPlace => IsTerminal || Status == RunStatus.Waiting;

    /// <summary>The name of its commit.</summary>
    public CrashPoint CrashPoint => Status switch
    {
        RunStatus.Succeeded => CrashPoint.Settle,
        RunStatus.Waiting => CrashPoint.Rest,
        _ => IsTerminal ? CrashPoint.Release : CrashPoint.Start,
    };

    public bool IsTerminal => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}
