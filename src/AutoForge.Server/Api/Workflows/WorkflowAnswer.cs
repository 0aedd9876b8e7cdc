using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Api.Workflows;

/// <summary>A workflow as the API shows it: its document plus what the server knows.</summary>
internal static class WorkflowAnswer
{
    public static JsonObject Full(WorkflowView workflow)
    {
        var answer = workflow.Document;
        AddFacts(answer, workflow);
        return answer;
    }

    public static JsonObject Summary(WorkflowView workflow)
    {
        var answer = new JsonObject
        {
            ["definitionId"] = workflow.DefinitionId,
            ["id"] = workflow.Id,
            ["version"] = workflow.Version,
            ["name"] = workflow.Name,
            ["description"] = workflow.Document["description"]?.DeepClone(),
            ["isLatest"] = workflow.IsLatest,
            ["isPublished"] = workflow.IsPublished,
        };
        AddFacts(answer, workflow);
        return answer;
    }

    private static void AddFacts(JsonObject answer, WorkflowView workflow)
    {
        answer["publishedVersion"] = workflow.PublishedVersion;
        answer["priceCents"] = workflow.PriceCents;
        answer["publishedPriceCents"] = workflow.PublishedPriceCents;
        answer["createdAt"] = workflow.CreatedAt.UtcDateTime;
        answer["updatedAt"] = workflow.UpdatedAt.UtcDateTime;
    }
}

/// <summary>The answer to publishing.</summary>
internal sealed record PublicationAnswer(
    string DefinitionId, int Version, int PriceCents, int? PreviousPriceCents, IReadOnlyList<TriggerAnswer> Triggers)
{
    public static PublicationAnswer From(Publication publication, PublicAddress address) => new(
        publication.DefinitionId, publication.Version, publication.PriceCents, publication.PreviousPriceCents,
        [.. publication.Triggers.Select(t => TriggerAnswer.From(t, address))]);
}

/// <param name="Url">Webhooks: the address to call.</param>
/// <param name="NextDueAt">Schedules: the next time.</param>
internal sealed record TriggerAnswer(string Type, string ActivityId, string? Url, DateTimeOffset? NextDueAt)
{
    public static TriggerAnswer From(PublishedTrigger trigger, PublicAddress address) => new(
        trigger.Type, trigger.ActivityId, address.HookUrl(trigger.Token), trigger.NextDueAt);
}
