using System.Text.Json.Nodes;
using AutoForge.Engine.Steps;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Something that happened to a step, as the viewer's journal tells it.</summary>
internal sealed record JournalEntry
{
    public required string Id { get; init; }
    public required string WorkflowInstanceId { get; init; }
    public required string ActivityInstanceId { get; init; }
    public required string ParentActivityInstanceId { get; init; }
    public required string ActivityId { get; init; }
    public required string ActivityType { get; init; }
    public int ActivityTypeVersion { get; init; } = 1;
    public string? ActivityName { get; init; }
    public required string NodeId { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required long Sequence { get; init; }
    public required string EventName { get; init; }
    public string? Message { get; init; }
    public JsonObject ActivityState { get; } = [];
    public JsonObject? Payload { get; init; }

    /// <summary>
    /// All entries in the order in which they happened. A step has at most two, and an entry that is there stays as and
    /// where it is, so that pages fit together while the run goes on.
    /// </summary>
    public static IEnumerable<JournalEntry> Of(Guid runId, IReadOnlyList<StepView> steps) =>
        steps.SelectMany(step => Of(runId, step)).OrderBy(entry => (entry.Timestamp, entry.Sequence));

    private static IEnumerable<JournalEntry> Of(Guid runId, StepView step)
    {
        yield return New(runId, step, "Started", step.StartedAt, 0, step.Attempt > 1 ? $"Try {step.Attempt}" : null, null);
        if (step.FinishedAt is { } finishedAt)
            yield return New(runId, step, EndOf(step), finishedAt, 1, step.Fault?.Message, PayloadOf(step));
        else if (step.Status == "Waiting")
            yield return New(runId, step, "Suspended", step.StartedAt, 1, WaitOf(step), null);
    }

    private static string EndOf(StepView step) => step.Status switch
    {
        "Cancelled" => "Canceled",
        _ when step.IsIncident() => "Faulted",
        _ => "Completed",
    };

    private static JsonObject? PayloadOf(StepView step) => step switch
    {
        { Fault: { } fault } when step.IsIncident() => new() { ["code"] = fault.Code, ["message"] = fault.Message },
        { Outcome: { } outcome, Fault: { } fault } => new() { ["outcomes"] = outcome, ["code"] = fault.Code, ["message"] = fault.Message },
        { Outcome: { } outcome } => new() { ["outcomes"] = outcome },
        _ => null,
    };

    private static string WaitOf(StepView step) => step switch
    {
        { ResumeAt: null } => "Waits.",
        { Fault: { } fault } => $"{fault.Message} Tried again at {step.ResumeAt:u}.",
        _ => $"Waits until {step.ResumeAt:u}.",
    };

    private static JournalEntry New(
        Guid runId, StepView step, string eventName, DateTimeOffset at, int place, string? message, JsonObject? payload) => new()
        {
            Id = $"{ExecutionId.Of(runId, step.Seq)}-{eventName}",
            WorkflowInstanceId = runId.ToString(),
            ActivityInstanceId = ExecutionId.Of(runId, step.Seq),
            ParentActivityInstanceId = ExecutionId.Of(runId, 0),
            ActivityId = step.ActivityId,
            ActivityType = step.ActivityType,
            ActivityName = step.Name,
            NodeId = step.NodeId,
            Timestamp = at,
            Sequence = 2L * step.Seq + place,
            EventName = eventName,
            Message = message,
            Payload = payload,
        };
}

internal sealed record JournalRequest(JournalFilter? Filter);

/// <summary>Empty lists let everything through.</summary>
internal sealed record JournalFilter(
    IReadOnlyList<string>? ActivityIds, IReadOnlyList<string>? ActivityNodeIds,
    IReadOnlyList<string>? ExcludedActivityTypes, IReadOnlyList<string>? EventNames)
{
    public bool Lets(JournalEntry entry) =>
        (ActivityIds is null or [] || ActivityIds.Contains(entry.ActivityId))
        && (ActivityNodeIds is null or [] || ActivityNodeIds.Contains(entry.NodeId))
        && ExcludedActivityTypes?.Contains(entry.ActivityType) != true
        && (EventNames is null or [] || EventNames.Contains(entry.EventName));
}
