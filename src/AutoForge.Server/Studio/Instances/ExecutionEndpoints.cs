using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Steps as executions of activities.</summary>
internal static class ExecutionEndpoints
{
    public static void MapExecutions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/activity-executions/report", ReportAsync);
        api.MapGet("/activity-executions/list", ListAsync);
        api.MapGet("/activity-execution-summaries/list", SummariesAsync);
        api.MapGet("/activity-executions/by-id", GetAsync);
        api.MapGet("/activity-executions/{id}/call-stack", CallStackAsync);
    }

    private static async Task<JsonHttpResult<ExecutionReport>> ReportAsync(
        ExecutionReportRequest request, ClaimsPrincipal caller, InstanceRuns runs, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller, request.WorkflowInstanceId, cancellationToken);
        var stats = ExecutionStats.Of(await runs.HeadsAsync(caller, run, cancellationToken));
        return StudioJson.Answer(new ExecutionReport(
            request.ActivityNodeIds is { } nodes ? [.. stats.Where(node => nodes.Contains(node.ActivityNodeId))] : stats));
    }

    private static async Task<JsonHttpResult<StudioList<ExecutionRecord>>> ListAsync(
        [AsParameters] NodeQuery query, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken) =>
        StudioJson.List(await RecordsAsync(query, caller, runs, catalogue, cancellationToken));

    private static async Task<JsonHttpResult<StudioList<ExecutionSummary>>> SummariesAsync(
        [AsParameters] NodeQuery query, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        var records = await RecordsAsync(query, caller, runs, catalogue, cancellationToken);
        return StudioJson.List<ExecutionSummary>([.. records.Select(record => record.ToSummary())]);
    }

    private static async Task<JsonHttpResult<ExecutionRecord>> GetAsync(
        string? id, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (!ExecutionId.TryParse(id, out var runId, out var seq))
            throw new NotFoundException();
        var run = await runs.GetAsync(caller, runId, cancellationToken);
        if (seq == 0)
            return StudioJson.Answer(ExecutionRecord.OfContainer(run, Nodes.RootOf(await runs.HeadsAsync(caller, run, cancellationToken))));
        var step = await runs.FindAsync(caller, run, seq, cancellationToken) ?? throw new NotFoundException();
        return StudioJson.Answer(ExecutionRecord.Of(run.Id, step, catalogue));
    }

    /// <remarks>From the outside in: the steps that hold this one, as they were when it started, and the step itself.</remarks>
    private static async Task<JsonHttpResult<CallStack>> CallStackAsync(
        string id, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (!ExecutionId.TryParse(id, out var runId, out var seq))
            throw new NotFoundException();
        var run = await runs.GetAsync(caller, runId, cancellationToken);
        var steps = await runs.HeadsAsync(caller, run, cancellationToken);
        if (seq == 0)
            return StudioJson.Answer(new CallStack(id, [ExecutionRecord.OfContainer(run, Nodes.RootOf(steps))], 1));

        var step = steps.FirstOrDefault(s => s.Seq == seq) ?? throw new NotFoundException();
        ExecutionRecord[] items =
        [
            .. steps.Where(s => s.Seq < seq && Nodes.IsIn(step.NodeId, s.NodeId))
                .GroupBy(s => s.NodeId)
                .Select(node => node.Last())
                .OrderBy(s => s.NodeId.Length)
                .Append(step)
                .Select(s => ExecutionRecord.Of(run.Id, s, catalogue)),
        ];
        return StudioJson.Answer(new CallStack(id, items, items.Length));
    }

    private static async Task<IReadOnlyList<ExecutionRecord>> RecordsAsync(
        NodeQuery query, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller, query.WorkflowInstanceId, cancellationToken);
        if (query.ActivityNodeId is not { Length: > 0 } node)
            return [.. (await runs.StepsAsync(caller, run, cancellationToken)).Select(step => ExecutionRecord.Of(run.Id, step, catalogue))];
        var steps = await runs.OfNodeAsync(caller, run, node, cancellationToken);
        if (steps.Count > 0)
            return [.. steps.Select(step => ExecutionRecord.Of(run.Id, step, catalogue))];
        // Studio asks for the flowchart first, which has steps and is none.
        return (await runs.HeadsAsync(caller, run, cancellationToken)).Any(step => Nodes.IsIn(step.NodeId, node))
            ? [ExecutionRecord.OfContainer(run, node)]
            : [];
    }

    internal sealed record NodeQuery
    {
        [FromQuery]
        public string? WorkflowInstanceId { get; init; }

        [FromQuery]
        public string? ActivityNodeId { get; init; }
    }

    internal sealed record CallStack(string ActivityExecutionId, IReadOnlyList<ExecutionRecord> Items, long TotalCount);
}
