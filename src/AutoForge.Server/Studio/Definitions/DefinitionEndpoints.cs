using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>What Studio reads of workflows.</summary>
internal static class DefinitionEndpoints
{
    private const int MaxPage = 1000;

    public static void MapDefinitions(this IEndpointRouteBuilder api)
    {
        var definitions = api.MapGroup("/workflow-definitions");
        definitions.MapGet("/", ListAsync);
        definitions.MapGet("/by-definition-id/{definitionId}", ByDefinitionIdAsync);
        definitions.MapGet("/by-id/{versionId}", ByIdAsync);
        definitions.MapGet("/many-by-id", ManyByIdAsync);
        definitions.MapGet("/subgraph/{versionId}", SubgraphAsync);
        definitions.MapGet("/subgraph/segments/{versionId}", SegmentsAsync);
        definitions.MapGet("/validation/is-name-unique", IsNameUniqueAsync);
        definitions.MapGet("/{definitionId}/consumers", ConsumersAsync);
        definitions.MapPost("/{definitionId}/update-references", UpdateReferencesAsync);
    }

    private static async Task<JsonHttpResult<DefinitionPage>> ListAsync(
        [AsParameters] ListRequest request, HttpRequest http, ClaimsPrincipal caller, WorkflowQueries queries, CancellationToken cancellationToken)
    {
        var (page, total) = request.IsSystem == true
            ? ([], 0)
            : await queries.SearchAsync(caller.AccountId(), request.ToFilter(), cancellationToken);
        return StudioJson.Answer(http.IsReadOnly()
            ? new DefinitionPage([.. page.Select(row => DefinitionSummary.From(row) with { Links = [] })], total, [])
            : new DefinitionPage([.. page.Select(DefinitionSummary.From)], total, DefinitionLinks.OfAll()));
    }

    private static async Task<JsonHttpResult<JsonObject>> ByDefinitionIdAsync(
        string definitionId, string? versionOptions, HttpRequest http, ClaimsPrincipal caller, WorkflowStore workflows, DefinitionForm form,
        CancellationToken cancellationToken) =>
        StudioJson.Answer(form.Show(
            await workflows.FindAsync(caller.AccountId(), definitionId, versionOptions, cancellationToken) ?? throw new NotFoundException(),
            http.IsReadOnly()));

    private static async Task<JsonHttpResult<JsonObject>> ByIdAsync(
        string versionId, HttpRequest http, ClaimsPrincipal caller, WorkflowHistory history, DefinitionForm form, CancellationToken cancellationToken) =>
        StudioJson.Answer(form.Show(await FindAsync(caller, history, versionId, cancellationToken), http.IsReadOnly()));

    private static async Task<JsonHttpResult<StudioList<JsonObject>>> ManyByIdAsync(
        string[] ids, ClaimsPrincipal caller, WorkflowHistory history, DefinitionForm form, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        foreach (var id in ids.Distinct().Take(MaxPage))
        {
            if (await history.FindAsync(caller.AccountId(), id, cancellationToken) is { } workflow)
                found.Add(form.Show(workflow));
        }
        return StudioJson.List(found);
    }

    private static async Task<JsonHttpResult<CanvasPath.Node>> SubgraphAsync(
        string versionId, string? parentNodeId, ClaimsPrincipal caller, WorkflowHistory history, DefinitionForm form, ActivityCatalogue catalogue,
        CancellationToken cancellationToken)
    {
        var root = (JsonObject)form.Show(await FindAsync(caller, history, versionId, cancellationToken))["root"]!;
        return StudioJson.Answer(CanvasPath.Subgraph(catalogue, root, parentNodeId) ?? throw new NotFoundException());
    }

    private static async Task<JsonHttpResult<CanvasPath>> SegmentsAsync(
        string versionId, string? childNodeId, ClaimsPrincipal caller, WorkflowHistory history, DefinitionForm form, ActivityCatalogue catalogue,
        CancellationToken cancellationToken)
    {
        var root = (JsonObject)form.Show(await FindAsync(caller, history, versionId, cancellationToken))["root"]!;
        return StudioJson.Answer(CanvasPath.Find(catalogue, root, childNodeId) ?? throw new NotFoundException());
    }

    private static async Task<JsonHttpResult<NameAnswer>> IsNameUniqueAsync(
        string? name, string? definitionId, ClaimsPrincipal caller, WorkflowQueries queries, CancellationToken cancellationToken) =>
        StudioJson.Answer(new NameAnswer(
            string.IsNullOrWhiteSpace(name) || !await queries.IsNameTakenAsync(caller.AccountId(), name, definitionId, cancellationToken)));

    // There are no workflows inside of workflows, so nothing uses one.
    private static async Task<JsonHttpResult<Consumers>> ConsumersAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null
            ? throw new NotFoundException()
            : StudioJson.Answer(new Consumers([]));

    private static async Task<JsonHttpResult<UpdatedReferences>> UpdateReferencesAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null
            ? throw new NotFoundException()
            : StudioJson.Answer(new UpdatedReferences([]));

    private static async Task<WorkflowView> FindAsync(
        ClaimsPrincipal caller, WorkflowHistory history, string versionId, CancellationToken cancellationToken) =>
        await history.FindAsync(caller.AccountId(), versionId, cancellationToken) ?? throw new NotFoundException();

    internal sealed record ListRequest
    {
        public string? VersionOptions { get; init; }

        /// <summary>From 0.</summary>
        public int? Page { get; init; }
        public int? PageSize { get; init; }
        public string? SearchTerm { get; init; }
        public bool? IsSystem { get; init; }
        public string? OrderBy { get; init; }
        public string? OrderDirection { get; init; }
        public string[]? DefinitionIds { get; init; }
        public string[]? Ids { get; init; }

        public WorkflowFilter ToFilter()
        {
            var (scope, version) = Definitions.VersionOptions.Parse(VersionOptions);
            var take = Math.Clamp(PageSize ?? MaxPage, 1, MaxPage);
            return new WorkflowFilter
            {
                Scope = scope,
                Version = version,
                DefinitionIds = DefinitionIds is { Length: > 0 } ? DefinitionIds : null,
                Ids = Ids is { Length: > 0 } ? Ids : null,
                Search = SearchTerm,
                Order = Enum.TryParse<WorkflowOrder>(OrderBy, ignoreCase: true, out var order) ? order : WorkflowOrder.Created,
                // Newest first when nothing is said; names from A to Z.
                Descending = OrderDirection is null ? OrderBy is null : OrderDirection.StartsWith("Desc", StringComparison.OrdinalIgnoreCase),
                Skip = Math.Clamp(Page ?? 0, 0, 1_000_000) * take,
                Take = take,
            };
        }
    }

    internal sealed record Consumers(IReadOnlyList<string> ConsumingWorkflowDefinitionIds);

    internal sealed record UpdatedReferences(IReadOnlyList<string> AffectedWorkflows);

    internal sealed record NameAnswer(bool IsUnique);
}
