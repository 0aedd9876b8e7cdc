using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Runs;

internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/runs").WithTags("Runs").ForAccount().ForKeys(KeyScope.RunsRead, KeyScope.RunsWrite);
        group.MapGet("/", ListAsync).WithSummary("List runs, newest first");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("A run");
        group.MapGet("/{id:guid}/steps", StepsAsync).WithSummary("The steps of a run, in order, with inputs and outputs");
        group.MapGet("/{id:guid}/events", RunEvents.FollowAsync).WithSummary("The run whenever something about it changes, as server-sent events; ends with the run");
        group.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Cancel an open run; nothing is charged");
        group.MapPost("/{id:guid}/replay", ReplayAsync).WithSummary("Start a run again, or preview what that would do and cost");
        group.MapGet("/{id:guid}/receipt", ReceiptAsync).WithSummary("What a run cost, and the ledger entries that say so");
    }

    private static async Task<Ok<Page<RunView>>> ListAsync(
        ClaimsPrincipal caller, RunQueries runs, CancellationToken cancellationToken,
        string? status = null, string? workflow = null, DateTimeOffset? from = null, DateTimeOffset? to = null, string? q = null,
        int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var filter = new RunFilter(StatusOf(status), workflow, from, to, q);
        var rows = await runs.ListAsync(caller.AccountId(), filter, Cursor.RunId(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, r => r, r => r.Id.ToString()));
    }

    private static async Task<Ok<RunView>> GetAsync(Guid id, ClaimsPrincipal caller, RunQueries runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await runs.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException());

    private static async Task<Ok<Page<StepView>>> StepsAsync(Guid id, ClaimsPrincipal caller, RunQueries runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<StepView>(await runs.StepsAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException()));

    private static async Task<Ok<RunView>> CancelAsync(
        Guid id, ClaimsPrincipal caller, RunCancellation cancellation, RunQueries runs, CancellationToken cancellationToken)
    {
        var cancelled = await cancellation.CancelAsync(caller.AccountId(), id, cancellationToken);
        var run = await runs.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        // Cancelling twice is one wish; cancelling what has ended otherwise is too late.
        return cancelled || run.Status == RunStatus.Cancelled
            ? TypedResults.Ok(run)
            : throw new AutoForgeException("run_terminal", $"The run has already ended as {run.Status}.");
    }

    private static async Task<IResult> ReplayAsync(
        Guid id, ReplayRequest? request, HttpRequest http, ClaimsPrincipal caller, RunReplay replay, CancellationToken cancellationToken)
    {
        var from = request?.From switch
        {
            null or "start" => ReplayFrom.Start,
            "failed" => ReplayFrom.Failed,
            _ => throw new InvalidInputException("from", "'from' must be 'start' or 'failed'."),
        };
        if (request?.Preview == true)
            return TypedResults.Ok(await replay.PreviewAsync(caller.AccountId(), id, from, cancellationToken) ?? throw new NotFoundException());

        var acceptance = await replay.ReplayAsync(caller.AccountId(), id, from, cancellationToken, IdempotencyKey.Of(http));
        return new AcceptanceResult(acceptance ?? throw new NotFoundException());
    }

    private static async Task<Ok<Receipt>> ReceiptAsync(
        Guid id, ClaimsPrincipal caller, ReceiptQuery receipts, CancellationToken cancellationToken) =>
        TypedResults.Ok(await receipts.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException());

    private static RunStatus? StatusOf(string? status) => status switch
    {
        null or "" => null,
        _ when Enum.TryParse<RunStatus>(status, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) => parsed,
        _ => throw new InvalidInputException("status", $"'status' must be one of {string.Join(", ", Enum.GetNames<RunStatus>())}."),
    };

    internal sealed record ReplayRequest(string? From, bool? Preview);
}
