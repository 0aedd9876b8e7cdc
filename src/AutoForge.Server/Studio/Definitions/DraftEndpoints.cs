using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>What Studio changes of workflows: drafts and versions.</summary>
internal static class DraftEndpoints
{
    public static void MapDrafts(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-definitions", SaveAsync);
        api.MapDelete("/workflow-definitions/{definitionId}", DeleteAsync);
        api.MapDelete("/workflow-definition-versions/{versionId}", DeleteVersionAsync);
        api.MapPost("/workflow-definitions/{definitionId}/revert/{version:int}", RevertAsync);
        api.MapPost("/bulk-actions/delete/workflow-definitions/by-definition-id", BulkDeleteAsync);
        api.MapPost("/bulk-actions/delete/workflow-definitions/by-id", BulkDeleteVersionsAsync);
    }

    private static async Task<JsonHttpResult<SavedDefinition>> SaveAsync(
        SaveRequest request, ClaimsPrincipal caller, DraftSaving saving, DefinitionPublishing publishing, DefinitionForm form,
        CancellationToken cancellationToken)
    {
        var model = request.Model ?? throw new InvalidInputException("model", "There is no workflow to save.");
        var account = caller.AccountId();
        if (request.Publish != true)
            return StudioJson.Answer(new SavedDefinition(form.Show(await saving.SaveAsync(account, model, mustBeValid: false, cancellationToken)), false));

        var saved = await saving.SaveAsync(account, model, mustBeValid: true, cancellationToken);
        return StudioJson.Answer(await publishing.PublishAsync(account, saved.DefinitionId, cancellationToken) ?? throw new NotFoundException());
    }

    private static async Task<NoContent> DeleteAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await workflows.DeleteAsync(caller.AccountId(), definitionId, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    private static async Task<NoContent> DeleteVersionAsync(
        string versionId, ClaimsPrincipal caller, WorkflowHistory history, CancellationToken cancellationToken) =>
        await history.DeleteAsync(caller.AccountId(), versionId, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    // The draft that is replaced stays among the revisions.
    private static async Task<JsonHttpResult<DefinitionSummary>> RevertAsync(
        string definitionId, int version, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var old = await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken, version) ?? throw new NotFoundException();
        var draft = await workflows.SaveDraftAsync(caller.AccountId(), definitionId, old.Document, cancellationToken) ?? throw new NotFoundException();
        return StudioJson.Answer(DefinitionSummary.From(draft));
    }

    private static async Task<JsonHttpResult<BulkDeleted>> BulkDeleteAsync(
        DefinitionIdList request, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in (request.DefinitionIds ?? []).Distinct())
            deleted += await workflows.DeleteAsync(caller.AccountId(), id, cancellationToken) ? 1 : 0;
        return StudioJson.Answer(new BulkDeleted(deleted));
    }

    private static async Task<JsonHttpResult<BulkDeleted>> BulkDeleteVersionsAsync(
        VersionIdList request, ClaimsPrincipal caller, WorkflowHistory history, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in (request.Ids ?? []).Distinct())
            deleted += await history.DeleteAsync(caller.AccountId(), id, cancellationToken) ? 1 : 0;
        return StudioJson.Answer(new BulkDeleted(deleted));
    }

    internal sealed record SaveRequest(JsonObject? Model, bool? Publish);

    internal sealed record VersionIdList(string[]? Ids);

    internal sealed record BulkDeleted(int Deleted);
}
