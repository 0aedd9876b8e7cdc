using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Studio.Instances;

/// <summary>One execution of an activity, without what it was given and what it gave.</summary>
internal record ExecutionSummary
{
    public required string Id { get; init; }
    public required string WorkflowInstanceId { get; init; }
    public required string ActivityId { get; init; }
    public required string ActivityNodeId { get; init; }
    public required string ActivityType { get; init; }
    public int ActivityTypeVersion { get; init; } = 1;
    public string? ActivityName { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public bool HasBookmarks { get; init; }
    public required string Status { get; init; }
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The same execution without what may be large.</summary>
    public ExecutionSummary ToSummary() => new(this);
}

/// <summary>One execution of an activity. Fields are keyed as descriptors name them.</summary>
internal sealed record ExecutionRecord : ExecutionSummary
{
    /// <summary>Never left out: Studio would ask for a finished record again every second.</summary>
    public JsonObject ActivityState { get; init; } = [];
    public JsonObject? Payload { get; init; }
    public JsonObject Outputs { get; init; } = [];
    public JsonObject Properties { get; init; } = [];
    public FaultText? Exception { get; init; }
    public int AggregateFaultCount { get; init; }
    public int CallStackDepth { get; init; }

    public static ExecutionRecord Of(Guid runId, StepView step, ActivityCatalogue catalogue) => new()
    {
        Id = ExecutionId.Of(runId, step.Seq),
        WorkflowInstanceId = runId.ToString(),
        ActivityId = step.ActivityId,
        ActivityNodeId = step.NodeId,
        ActivityType = step.ActivityType,
        ActivityName = step.Name,
        ActivityState = FieldNames.OfInputs(catalogue.Find(step.ActivityType), step.Input),
        Payload = PayloadOf(step),
        Outputs = FieldNames.OfOutputs(catalogue.Find(step.ActivityType), step.Output),
        Exception = FaultText.Of(step.Fault),
        StartedAt = step.StartedAt,
        CompletedAt = step.FinishedAt,
        HasBookmarks = step.Status == "Waiting",
        Status = StatusOf(step),
        AggregateFaultCount = step.IsIncident() ? 1 : 0,
        CallStackDepth = step.NodeId.Count(c => c == ':') - 1,
    };

    /// <summary>What holds steps leaves none of its own; it stands as long as the run does.</summary>
    public static ExecutionRecord OfContainer(RunView run, string node) => new()
    {
        Id = ExecutionId.Of(run.Id, 0),
        WorkflowInstanceId = run.Id.ToString(),
        ActivityId = Nodes.ActivityOf(node),
        ActivityNodeId = node,
        ActivityType = Nodes.Container,
        StartedAt = run.StartedAt ?? run.AcceptedAt,
        CompletedAt = run.FinishedAt,
        Exception = run.Fault is { } fault ? new FaultText(fault.Code, fault.Message) : null,
        Status = run.Status switch
        {
            RunStatus.Queued => "Pending",
            RunStatus.Running or RunStatus.Waiting => "Running",
            RunStatus.Failed => "Faulted",
            RunStatus.Cancelled => "Canceled",
            _ => "Completed",
        },
    };

    private static string StatusOf(StepView step) => step.Status switch
    {
        "Running" or "Waiting" => "Running",
        "Cancelled" => "Canceled",
        _ when step.IsIncident() => "Faulted",
        _ => "Completed",
    };

    private static JsonObject? PayloadOf(StepView step)
    {
        var payload = new JsonObject();
        if (step.Outcome is { } outcome)
            payload["Outcomes"] = new JsonArray([.. outcome.Split(", ").Select(name => JsonValue.Create(name))]);
        if (step is { ResumeAt: { } resumeAt, FinishedAt: null })
            payload["ResumesAt"] = resumeAt.UtcDateTime;
        if (step.Attempt > 1)
            payload["Attempt"] = step.Attempt;
        return payload.Count > 0 ? payload : null;
    }
}
