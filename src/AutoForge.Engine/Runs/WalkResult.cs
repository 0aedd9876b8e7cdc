using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Runs;

internal enum WalkEnd
{
    /// <summary>Nothing is left to do.</summary>
    Finished,

    /// <summary>An incident ended the run.</summary>
    Faulted,

    /// <summary>Steps wait for a time; or, with no <see cref="WalkResult.NextDueAt"/>, nothing can go on any more.</summary>
    Suspended,
}

/// <summary>What became of a run in one burst.</summary>
internal sealed record WalkResult
{
    public required WalkEnd End { get; init; }

    /// <summary>Every fault that no <c>Failed</c> outcome took, in order. A run with one never succeeds.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>The earliest time a waiting step goes on.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>All steps in order; those not yet stored are marked dirty.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    public required JsonObject Output { get; init; }
    public string? Name { get; init; }
    public string? CorrelationId { get; init; }
    public required IReadOnlyList<string> WrittenLines { get; init; }

    /// <summary>The workflow's own variables by name, as the walk left them.</summary>
    public required IReadOnlyDictionary<string, object?> Variables { get; init; }

    /// <summary>Dry runs: what each step with an effect would have sent.</summary>
    public IReadOnlyList<StepPreview> Previews { get; init; } = [];
}

/// <summary>What a step with an effect would have sent, secrets masked.</summary>
internal sealed record StepPreview(string ActivityId, string Type, JsonNode? WouldSend);

/// <summary>A step that failed and that nothing on the canvas caught.</summary>
internal sealed record Incident(string ActivityId, string NodeId, string ActivityType, Fault Fault);
