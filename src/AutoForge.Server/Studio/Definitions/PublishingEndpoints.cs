using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Definitions;

internal static class PublishingEndpoints
{
    public static void MapPublishing(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-definitions/{definitionId}/publish", PublishAsync);
        api.MapPost("/workflow-definitions/{definitionId}/retract", RetractAsync);
        api.MapPost("/bulk-actions/publish/workflow-definitions/by-definition-ids", BulkPublishAsync);
        api.MapPost("/bulk-actions/retract/workflow-definitions/by-definition-ids", BulkRetractAsync);
    }

    private static async Task<JsonHttpResult<SavedDefinition>> PublishAsync(
        string definitionId, ClaimsPrincipal caller, DefinitionPublishing publishing, CancellationToken cancellationToken) =>
        StudioJson.Answer(await publishing.PublishAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException());

    private static async Task<JsonHttpResult<JsonObject>> RetractAsync(
        string definitionId, ClaimsPrincipal caller, DefinitionPublishing publishing, CancellationToken cancellationToken) =>
        StudioJson.Answer(await publishing.RetractAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException());

    // One that cannot be published yet is in none of the lists: Studio has no word for it, and its row shows that it is a draft.
    private static async Task<JsonHttpResult<BulkPublished>> BulkPublishAsync(
        DefinitionIdList request, ClaimsPrincipal caller, DefinitionPublishing publishing, CancellationToken cancellationToken)
    {
        var answer = new BulkPublished([], [], [], []);
        foreach (var id in (request.DefinitionIds ?? []).Distinct())
        {
            try
            {
                var published = await publishing.PublishAsync(caller.AccountId(), id, cancellationToken);
                (published is null ? answer.NotFound : published.AlreadyPublished ? answer.AlreadyPublished : answer.Published).Add(id);
            }
            catch (InvalidInputException)
            {
                continue;
            }
        }
        return StudioJson.Answer(answer);
    }

    private static async Task<JsonHttpResult<BulkRetracted>> BulkRetractAsync(
        DefinitionIdList request, ClaimsPrincipal caller, DefinitionPublishing publishing, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var answer = new BulkRetracted([], [], []);
        foreach (var id in (request.DefinitionIds ?? []).Distinct())
        {
            var before = await workflows.GetAsync(caller.AccountId(), id, cancellationToken);
            if (before is { PublishedVersion: not null })
                await publishing.RetractAsync(caller.AccountId(), id, cancellationToken);
            (before is null ? answer.NotFound : before.PublishedVersion is null ? answer.AlreadyRetracted : answer.Retracted).Add(id);
        }
        return StudioJson.Answer(answer);
    }

    internal sealed record BulkPublished(List<string> Published, List<string> AlreadyPublished, List<string> NotFound, List<string> UpdatedConsumers);

    internal sealed record BulkRetracted(List<string> Retracted, List<string> AlreadyRetracted, List<string> NotFound);
}
