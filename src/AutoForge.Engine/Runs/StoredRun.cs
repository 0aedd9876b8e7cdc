using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Runs;

/// <summary>The facts of a run that walking or replaying it needs, from memory or from the database.</summary>
internal sealed record StoredRun
{
    public required Guid AccountId { get; init; }
    public required Guid RunId { get; init; }
    public required Guid OriginRunId { get; init; }
    public required string WorkflowId { get; init; }
    public required int Version { get; init; }
    public required int PriceCents { get; init; }
    public required int PriceList { get; init; }
    public required RunStatus Status { get; init; }
    public required string TriggerType { get; init; }
    public string? TriggerActivityId { get; init; }
    public string? CorrelationId { get; init; }
    public int Depth { get; init; }
    public required DateTimeOffset AcceptedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public required byte[] Payload { get; init; }

    /// <summary>True when this node has just accepted the run: its journal holds nothing that must be read.</summary>
    public required bool IsFirstAttempt { get; init; }

    public bool IsTerminal => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>What its steps may know of it.</summary>
    public RunInfo ToInfo(string workflowName)
    {
        var trigger = JsonNode.Parse(Payload)!.AsObject();
        return new RunInfo
        {
            RunId = RunId,
            OriginRunId = OriginRunId,
            AccountId = AccountId,
            WorkflowId = WorkflowId,
            WorkflowName = workflowName,
            Version = Version,
            TriggerActivityId = TriggerActivityId,
            Trigger = trigger,
            Input = trigger["input"] as JsonObject ?? [],
            CorrelationId = CorrelationId,
            Depth = Depth,
            AcceptedAt = AcceptedAt,
        };
    }

    public static StoredRun From(AcceptedRun run) => new()
    {
        AccountId = run.Request.AccountId,
        RunId = run.RunId,
        OriginRunId = run.OriginRunId,
        WorkflowId = run.Request.WorkflowId,
        Version = run.Request.Version,
        PriceCents = run.Request.PriceCents,
        PriceList = run.Request.PriceList,
        Status = RunStatus.Queued,
        TriggerType = run.Request.TriggerType,
        TriggerActivityId = run.Request.TriggerActivityId,
        CorrelationId = run.Request.CorrelationId,
        Depth = run.Request.Depth,
        AcceptedAt = run.AcceptedAt,
        Payload = run.Request.Payload,
        IsFirstAttempt = run.Request.SeedSteps.Count == 0,
    };
}
