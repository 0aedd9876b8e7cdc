using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Operations;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Workflows;

internal static class WorkflowEndpoints
{
    public static void MapWorkflows(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/workflows").WithTags("Workflows").ForAccount().ForKeys(KeyScope.WorkflowsRead, KeyScope.WorkflowsWrite);
        group.MapPost("/", CreateAsync).WithSummary("Create a workflow from Elsa 3 JSON; it starts as a draft");
        group.MapGet("/", ListAsync).WithSummary("List workflows, newest first");
        group.MapGet("/{definitionId}", GetAsync).WithSummary("The latest version of a workflow");
        group.MapPut("/{definitionId}", SaveAsync).WithSummary("Save the draft; after a publish this begins a new version");
        group.MapDelete("/{definitionId}", DeleteAsync).WithSummary("Delete a workflow; its runs and receipts stay");
        group.MapPost("/{definitionId}/publish", PublishAsync).WithSummary("Switch the latest version on; answers its price per successful run");
        group.MapPost("/{definitionId}/retract", RetractAsync).WithSummary("Switch the workflow off");
        group.MapRevisions();
        group.MapPost("/{definitionId}/run", RunAsync).ForKeys(KeyScope.RunsWrite).WithSummary("Start a run, or see without cost what it would do");
    }

    private static async Task<Created<JsonObject>> CreateAsync(
        JsonObject document, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var created = await workflows.CreateAsync(caller.AccountId(), document, cancellationToken);
        return TypedResults.Created($"/api/v1/workflows/{created.DefinitionId}", WorkflowAnswer.Full(created));
    }

    private static async Task<Ok<Page<JsonObject>>> ListAsync(
        ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var rows = await workflows.ListAsync(caller.AccountId(), Cursor.TimeAndId(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, WorkflowAnswer.Summary, w => Cursor.Of(w.CreatedAt, w.DefinitionId)));
    }

    private static async Task<Ok<JsonObject>> GetAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        TypedResults.Ok(WorkflowAnswer.Full(
            await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException()));

    private static async Task<Ok<JsonObject>> SaveAsync(
        string definitionId, JsonObject document, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        TypedResults.Ok(WorkflowAnswer.Full(
            await workflows.SaveDraftAsync(caller.AccountId(), definitionId, document, cancellationToken) ?? throw new NotFoundException()));

    private static async Task<NoContent> DeleteAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await workflows.DeleteAsync(caller.AccountId(), definitionId, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    private static async Task<Ok<PublicationAnswer>> PublishAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowPublisher publisher, PublicAddress address, CancellationToken cancellationToken)
    {
        var publication = await publisher.PublishAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException();
        return TypedResults.Ok(PublicationAnswer.From(publication, address));
    }

    private static async Task<Ok<JsonObject>> RetractAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowPublisher publisher, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await publisher.RetractAsync(caller.AccountId(), definitionId, cancellationToken)
            ? await GetAsync(definitionId, caller, workflows, cancellationToken)
            : throw new NotFoundException();

    private static async Task<IResult> RunAsync(
        string definitionId, RunRequest? request, HttpRequest http, ClaimsPrincipal caller, ManualStart start, DryRun dryRun,
        CancellationToken cancellationToken)
    {
        // The body is optional: a workflow without inputs starts with a bare POST.
        request ??= new RunRequest(null, null, null, null);
        if (request.CorrelationId is { Length: > 200 } || request.CorrelationId?.Any(char.IsControl) == true)
            throw new InvalidInputException("correlationId", "'correlationId' must be up to 200 printable characters.");

        if (request.DryRun == true)
        {
            var trigger = new JsonObject { ["input"] = request.Input?.DeepClone() ?? new JsonObject(), ["body"] = request.Input?.DeepClone() };
            return TypedResults.Ok(await dryRun.RunAsync(caller.AccountId(), definitionId, trigger, cancellationToken) ?? throw new NotFoundException());
        }
        var wish = new StartRequest(request.Input, request.CorrelationId, IdempotencyKey.Of(http));
        var acceptance = request.Latest == true
            ? await start.StartLatestAsync(caller.AccountId(), definitionId, wish, cancellationToken)
            : await start.StartAsync(caller.AccountId(), definitionId, wish, cancellationToken);
        return new AcceptanceResult(acceptance ?? throw new NotFoundException());
    }

    /// <param name="Latest">Start the latest version, be it a draft, instead of the published one.</param>
    internal sealed record RunRequest(JsonObject? Input, bool? DryRun, string? CorrelationId, bool? Latest);
}
