using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Steps;

internal enum StepStatus { Running, Waiting, Completed, Failed, Cancelled, Uncertain }

/// <summary>One row of the journal: a step as it stands. See <c>docs/life-of-a-run.md</c>.</summary>
internal sealed class StepRecord
{
    public required int Seq { get; init; }
    public required string NodeId { get; init; }

    /// <summary>How often this node has been started in this run, from 1. (NodeId, Visit) finds the step again when the run is walked anew.</summary>
    public required int Visit { get; init; }
    public required string ActivityId { get; init; }
    public required string ActivityType { get; init; }
    public string? Name { get; init; }
    public StepStatus Status { get; set; }
    public int Attempt { get; set; } = 1;

    /// <summary>
    /// Its place in the order in which waiting steps of this run went on, from 1; 0 = it never waited. No two steps share one:
    /// see <see cref="Runs.ParkedSteps"/>.
    /// </summary>
    public int Wave { get; set; }
    public IReadOnlyList<string>? Outcomes { get; set; }

    /// <summary>For people: secrets masked, long text cut.</summary>
    public JsonObject? Input { get; set; }

    /// <summary>By camelCase name; what later steps see, secrets masked.</summary>
    public JsonObject? Output { get; set; }
    public Fault? Fault { get; set; }

    /// <summary>When a waiting step goes on (delay) or is tried again (retry).</summary>
    public DateTimeOffset? ResumeAt { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Changed since it was last stored.</summary>
    public bool IsDirty { get; set; } = true;

    /// <summary>The journal is known to hold it, as it stands or as it stood earlier.</summary>
    public bool IsStored { get; set; }
}
