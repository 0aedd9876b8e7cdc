using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Instances;

/// <summary>What can be done to many instances at once. Ids that the caller does not have are passed over.</summary>
internal static class InstanceBulkEndpoints
{
    private const int Batch = 200;

    public static void MapInstanceBulk(this IEndpointRouteBuilder api)
    {
        api.MapPost("/bulk-actions/delete/workflow-instances/by-id", DeleteAsync);
        api.MapPost("/bulk-actions/cancel/workflow-instances", CancelAsync);
        api.MapPost("/alterations/submit", CancelMatchingAsync);
    }

    private static async Task<JsonHttpResult<JsonObject>> DeleteAsync(
        IdsRequest request, ClaimsPrincipal caller, RunDeletion deletion, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in request.RunIds)
            deleted += await deletion.DeleteAsync(caller.AccountId(), id, cancellationToken) ? 1 : 0;
        return StudioJson.Answer(new JsonObject { ["deleted"] = deleted });
    }

    /// <remarks>By ids, by one version, or by a whole workflow; what is not named is not cancelled.</remarks>
    private static async Task<JsonHttpResult<JsonObject>> CancelAsync(
        CancelRequest request, ClaimsPrincipal caller, RunSearch search, RunCancellation cancellation, CancellationToken cancellationToken)
    {
        var cancelled = 0;
        foreach (var id in new IdsRequest(request.Ids).RunIds)
            cancelled += await cancellation.CancelAsync(caller.AccountId(), id, cancellationToken) ? 1 : 0;
        if (request.CriteriaOrNone is { } criteria)
            cancelled += await CancelAllAsync(criteria, caller, search, cancellation, cancellationToken);
        return StudioJson.Answer(new JsonObject { ["cancelled"] = cancelled });
    }

    private static async Task<IResult> CancelMatchingAsync(
        AlterationRequest request, ClaimsPrincipal caller, RunSearch search, RunCancellation cancellation, CancellationToken cancellationToken)
    {
        if (request.Alterations is not [{ } only] || only["type"]?.ToString() != "Cancel")
            return StudioRefusal.Of(new() { ["alterations"] = ["A run can be cancelled, and nothing else about it can be altered."] });
        if (request.Filter?.ToCriteria() is { } criteria && (request.Filter.EmptyFilterSelectsAll || criteria.Selects))
            await CancelAllAsync(criteria, caller, search, cancellation, cancellationToken);
        return StudioJson.Answer(new JsonObject { ["planId"] = Ids.NewText() });
    }

    // Page by page, since each page leaves the set by being cancelled.
    private static async Task<int> CancelAllAsync(
        RunCriteria criteria, ClaimsPrincipal caller, RunSearch search, RunCancellation cancellation, CancellationToken cancellationToken)
    {
        var open = criteria with { Statuses = [.. InstanceStatus.Open.Intersect(criteria.Statuses ?? InstanceStatus.Open)] };
        for (var cancelled = 0; ;)
        {
            var page = await search.FindAsync(caller.AccountId(), open, RunOrder.Accepted, descending: true, skip: 0, Batch, cancellationToken);
            var before = cancelled;
            foreach (var run in page.Runs)
                cancelled += await cancellation.CancelAsync(caller.AccountId(), run.Id, cancellationToken) ? 1 : 0;
            if (cancelled == before)
                return cancelled;
        }
    }

    internal sealed record IdsRequest(IReadOnlyList<string>? Ids)
    {
        private const int Most = 1_000;

        public IEnumerable<Guid> RunIds => (Ids ?? []).Take(Most).Select(id => Guid.TryParse(id, out var run) ? run : Guid.Empty).Where(id => id != Guid.Empty);
    }

    /// <param name="VersionOptions">A number names one version of the workflow; every other word means all of them.</param>
    internal sealed record CancelRequest(
        IReadOnlyList<string>? Ids, string? DefinitionVersionId, string? DefinitionId, JsonNode? VersionOptions)
    {
        public RunCriteria? CriteriaOrNone =>
            DefinitionVersionId is null && DefinitionId is null ? null : new RunCriteria(
                WorkflowIds: DefinitionId is null ? null : [DefinitionId], VersionId: DefinitionVersionId,
                Version: int.TryParse(VersionOptions?.ToString(), out var version) ? version : null);
    }

    internal sealed record AlterationRequest(IReadOnlyList<JsonObject?>? Alterations, AlterationFilter? Filter);

    internal sealed record AlterationFilter : InstanceFilter
    {
        public bool EmptyFilterSelectsAll { get; init; }
    }
}
