using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Triggers;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Api.Runs;

/// <summary>The queue's view of runs.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/jobs").WithTags("Jobs").ForAccount().ForKeys(KeyScope.RunsRead, KeyScope.RunsWrite);
        group.MapPost("/", StartAsync).WithSummary("Queue a run of a published workflow");
        group.MapGet("/", ListAsync).WithSummary("List jobs, newest first");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("A job with its events");
    }

    private static async Task<Accepted<JobView>> StartAsync(
        JobRequest request, HttpContext context, ClaimsPrincipal caller, ManualStart start, RunQueries runs,
        IOptions<WorkerOptions> worker, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Workflow))
            throw new InvalidInputException("workflow", "'workflow' must be the definitionId of a workflow.");
        var acceptance = await start.StartAsync(
            caller.AccountId(), request.Workflow, new StartRequest(request.Input, IdempotencyKey: IdempotencyKey.Of(context.Request)), cancellationToken)
            ?? throw new NotFoundException();
        AcceptanceResult.Begin(context.Response, acceptance);
        var run = await runs.GetAsync(caller.AccountId(), acceptance.RunId, cancellationToken);
        return TypedResults.Accepted($"/api/jobs/{acceptance.RunId}", JobView.From(run!, worker.Value.MaxTries));
    }

    private static async Task<Ok<Page<JobView>>> ListAsync(
        ClaimsPrincipal caller, RunQueries runs, IOptions<WorkerOptions> worker, CancellationToken cancellationToken, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var rows = await runs.ListAsync(caller.AccountId(), new RunFilter(), Cursor.RunId(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, r => JobView.From(r, worker.Value.MaxTries), r => r.Id.ToString()));
    }

    private static async Task<Ok<JobView>> GetAsync(
        Guid id, ClaimsPrincipal caller, RunQueries runs, IOptions<WorkerOptions> worker, CancellationToken cancellationToken) =>
        TypedResults.Ok(JobView.From(
            await runs.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException(), worker.Value.MaxTries));

    internal sealed record JobRequest(string? Workflow, JsonObject? Input);
}
