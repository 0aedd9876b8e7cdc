using System.Text.Json.Serialization;

namespace AutoForge.Client;

/// <summary>One execution of one version of a workflow.</summary>
public sealed record Run
{
    /// <summary>Identity.</summary>
    public required Guid Id { get; init; }

    /// <summary>The workflow.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The version that runs.</summary>
    public required int Version { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>What started it: <c>webhook</c>, <c>schedule</c> or <c>manual</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>US cents, fixed at acceptance and on hold until the end.</summary>
    public required int PriceCents { get; init; }

    /// <summary>US cents: the price if it succeeded, else 0.</summary>
    public required int ChargedCents { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public RunFault? Fault { get; init; }

    /// <summary>Claims by workers so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it became durable.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When a worker first took it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The caller's own key; null when there is none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the workflow itself called this run; null when it did not.</summary>
    public string? Name { get; init; }

    /// <summary>The run that this one replays; null when it is no replay.</summary>
    public Guid? ReplayOf { get; init; }

    /// <summary>Whether it is over: succeeded, failed or cancelled.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}

/// <summary>Why a run failed.</summary>
/// <param name="ActivityId">The activity that failed; null when it was none of them.</param>
/// <param name="Code">Stable snake_case code, such as <c>http_status</c>.</param>
/// <param name="Message">One sentence for the user.</param>
public sealed record RunFault(string? ActivityId, string Code, string Message);
