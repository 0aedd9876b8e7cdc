using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Runs as workflow instances: the list, the viewer, and what can be done to one.</summary>
internal static class InstanceEndpoints
{
    private const int DefaultTake = 100;
    private const int MaxTake = 1_000;

    public static void MapInstances(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-instances", ListAsync);
        api.MapGet("/workflow-instances/{id:guid}", GetAsync);
        api.MapDelete("/workflow-instances/{id:guid}", DeleteAsync);
        api.MapGet("/workflow-instances/{id:guid}/execution-state", StateAsync);
        api.MapPost("/workflow-instances/{id:guid}/journal", JournalAsync);
        api.MapGet("/workflow-instances/{id:guid}/journal", WholeJournalAsync);
        api.MapGet("/workflow-instances/{id:guid}/variables", VariablesAsync);
        api.MapPost("/cancel/workflow-instances/{id:guid}", CancelAsync);
    }

    private static async Task<JsonHttpResult<StudioPage<InstanceSummary>>> ListAsync(
        InstanceListRequest? request, ClaimsPrincipal caller, RunSearch search, CancellationToken cancellationToken)
    {
        request ??= new InstanceListRequest(null, null, null, null);
        if (request.ToCriteria() is not { } criteria)
            return StudioJson.Answer(new StudioPage<InstanceSummary>([], 0));
        var found = await search.FindAsync(
            caller.AccountId(), criteria, request.Order, request.IsDescending, request.Skip, request.Take, cancellationToken);
        return StudioJson.Answer(new StudioPage<InstanceSummary>([.. found.Runs.Select(InstanceSummary.From)], found.TotalCount));
    }

    private static async Task<JsonHttpResult<InstanceDetail>> GetAsync(
        Guid id, ClaimsPrincipal caller, InstanceRuns runs, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller, id, cancellationToken);
        var steps = await runs.HeadsAsync(caller, run, cancellationToken);
        return StudioJson.Answer(InstanceDetail.From(run, steps, await runs.DataAsync(caller, run, cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(
        Guid id, ClaimsPrincipal caller, RunDeletion deletion, CancellationToken cancellationToken) =>
        await deletion.DeleteAsync(caller.AccountId(), id, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    private static async Task<JsonHttpResult<ExecutionState>> StateAsync(
        Guid id, ClaimsPrincipal caller, RunWatch watch, CancellationToken cancellationToken)
    {
        var mark = await watch.LookAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        return StudioJson.Answer(new ExecutionState(InstanceStatus.Of(mark.Status), InstanceStatus.SubOf(mark.Status), mark.UpdatedAt));
    }

    private static Task<JsonHttpResult<StudioPage<JournalEntry>>> WholeJournalAsync(
        Guid id, ClaimsPrincipal caller, InstanceRuns runs, CancellationToken cancellationToken, int? skip = null, int? take = null) =>
        JournalAsync(id, request: null, caller, runs, cancellationToken, skip, take);

    private static async Task<JsonHttpResult<StudioPage<JournalEntry>>> JournalAsync(
        Guid id, JournalRequest? request, ClaimsPrincipal caller, InstanceRuns runs, CancellationToken cancellationToken,
        int? skip = null, int? take = null)
    {
        var run = await runs.GetAsync(caller, id, cancellationToken);
        var entries = JournalEntry.Of(run.Id, await runs.HeadsAsync(caller, run, cancellationToken))
            .Where(entry => request?.Filter?.Lets(entry) != false)
            .ToList();
        var page = entries.Skip(Math.Max(skip ?? 0, 0)).Take(Math.Clamp(take ?? DefaultTake, 0, MaxTake));
        return StudioJson.Answer(new StudioPage<JournalEntry>([.. page], entries.Count));
    }

    private static async Task<JsonHttpResult<StudioList<RunVariable>>> VariablesAsync(
        Guid id, ClaimsPrincipal caller, InstanceRuns runs, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(caller, id, cancellationToken);
        return StudioJson.List((await runs.DataAsync(caller, run, cancellationToken)).Variables);
    }

    private static async Task<JsonHttpResult<JsonObject>> CancelAsync(
        Guid id, ClaimsPrincipal caller, InstanceRuns runs, RunCancellation cancellation, CancellationToken cancellationToken)
    {
        // Cancelling what has ended is no error: the list may be ten seconds old.
        if (!await cancellation.CancelAsync(caller.AccountId(), id, cancellationToken))
            await runs.GetAsync(caller, id, cancellationToken);
        return StudioJson.Answer(new JsonObject());
    }

    internal sealed record ExecutionState(string Status, string WorkflowSubStatus, DateTimeOffset UpdatedAt);
}
