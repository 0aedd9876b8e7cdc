using System.Text.Json.Nodes;

namespace AutoForge.Activities;

/// <summary>The facts of a run that an activity may know.</summary>
public sealed record RunInfo
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The run that this one replays, through all replays; the run itself when it is no replay. Idempotency keys hang on it.</summary>
    public required Guid OriginRunId { get; init; }

    /// <summary>The account that owns the run.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>The workflow's definition id.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>The workflow's name in the version that runs.</summary>
    public required string WorkflowName { get; init; }

    /// <summary>The version that the run was accepted with.</summary>
    public required int Version { get; init; }

    /// <summary>Id of the trigger activity that started the run; null for a start at the beginning.</summary>
    public string? TriggerActivityId { get; init; }

    /// <summary>What arrived: <c>body, headers, query, method</c> for webhooks, <c>dueAt</c> for schedules, <c>input</c> for manual starts.</summary>
    public required JsonObject Trigger { get; init; }

    /// <summary>Inputs of the workflow by name.</summary>
    public required JsonObject Input { get; init; }

    /// <summary>The caller's own key that ties runs together; null when none was given.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>How many AutoForge runs led to this one by calling webhooks; the engine refuses the ninth.</summary>
    public int Depth { get; init; }

    /// <summary>When the run was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }
}
