using System.Text.Json.Nodes;

namespace AutoForge.Client;

/// <summary>One execution of one activity in a run. Secrets are masked.</summary>
public sealed record RunStep
{
    /// <summary>Position in the run, from 1.</summary>
    public required int Seq { get; init; }

    /// <summary>The activity.</summary>
    public required string ActivityId { get; init; }

    /// <summary>Its type, such as <c>AutoForge.HttpRequest</c>.</summary>
    public required string ActivityType { get; init; }

    /// <summary>Its name in expressions; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary><c>Running</c>, <c>Waiting</c>, <c>Completed</c>, <c>Failed</c>, <c>Cancelled</c> or <c>Uncertain</c> (it may have happened outside).</summary>
    public required string Status { get; init; }

    /// <summary>The number of the last try, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The way out that it took; several are separated by commas; null while it has not ended, or failed without one.</summary>
    public string? Outcome { get; init; }

    /// <summary>Evaluated inputs by name.</summary>
    public JsonObject? Input { get; init; }

    /// <summary>Outputs by name.</summary>
    public JsonObject? Output { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public StepFault? Fault { get; init; }

    /// <summary>When a waiting step goes on.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Why a step failed.</summary>
/// <param name="Code">Stable snake_case code.</param>
/// <param name="Message">One sentence for the user.</param>
public sealed record StepFault(string Code, string Message);
