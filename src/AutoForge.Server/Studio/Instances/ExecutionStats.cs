using AutoForge.Engine.Steps;

namespace AutoForge.Server.Studio.Instances;

/// <summary>The badge of a node: how often it ran and how that went.</summary>
internal sealed record ExecutionStats(
    string ActivityId, string ActivityNodeId, long StartedCount, long CompletedCount, long UncompletedCount, bool IsBlocked, bool IsFaulted)
{
    /// <summary>Read without asking whether it is there.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();

    /// <summary>Of every node that ran, in the order in which they first did.</summary>
    public static IReadOnlyList<ExecutionStats> Of(IReadOnlyList<StepView> steps) =>
        [.. steps.GroupBy(step => step.NodeId).Select(node => Of(node.Key, [.. node]))];

    private static ExecutionStats Of(string node, IReadOnlyList<StepView> steps)
    {
        var stats = new ExecutionStats(
            steps[0].ActivityId, node, steps.Count,
            CompletedCount: steps.Count(step => step.FinishedAt is not null && step.Outcome is not null),
            UncompletedCount: steps.Count(step => step.FinishedAt is null),
            IsBlocked: steps.Any(step => step.Status == "Waiting"),
            IsFaulted: steps.Any(step => step.IsIncident()));
        return steps.Any(step => step.Attempt > 1)
            ? stats with { Metadata = new Dictionary<string, object> { ["HasRetryAttempts"] = true } }
            : stats;
    }
}

internal sealed record ExecutionReport(IReadOnlyList<ExecutionStats> Stats);

internal sealed record ExecutionReportRequest(string? WorkflowInstanceId, IReadOnlyList<string>? ActivityNodeIds);
