using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Triggers;

/// <summary>A wish to start a published workflow by hand or by API.</summary>
/// <param name="Input">Inputs of the workflow by name; also <c>trigger.input</c>.</param>
/// <param name="IdempotencyKey">The same key for the same workflow gives the same run.</param>
public sealed record StartRequest(JsonObject? Input, string? CorrelationId = null, string? IdempotencyKey = null);

/// <summary>Starts published workflows without a trigger of their own.</summary>
public sealed class ManualStart
{
    private readonly WorkflowStore _workflows;
    private readonly WorkflowVersions _versions;
    private readonly RunAcceptance _acceptance;

    internal ManualStart(WorkflowStore workflows, WorkflowVersions versions, RunAcceptance acceptance)
    {
        _workflows = workflows;
        _versions = versions;
        _acceptance = acceptance;
    }

    /// <summary>Returns after the run is durable. Null = no such workflow.</summary>
    /// <exception cref="AutoForgeException"><c>workflow_not_published</c>.</exception>
    public async Task<Acceptance?> StartAsync(Guid accountId, string definitionId, StartRequest start, CancellationToken cancellationToken)
    {
        if (await _workflows.GetAsync(accountId, definitionId, cancellationToken) is not { } latest)
            return null;
        if (latest.PublishedVersion is not { } version)
            throw new AutoForgeException("workflow_not_published", "The workflow is not published; publish it first, or ask for a dry run.");
        var workflow = await _versions.GetAsync(accountId, definitionId, version, cancellationToken);
        return await _acceptance.AcceptAsync(
            new AcceptRequest
            {
                AccountId = accountId,
                WorkflowId = definitionId,
                WorkflowName = workflow.Name,
                TriggerId = Guid.Empty,
                TriggerType = TriggerTypes.Manual,
                TriggerActivityId = workflow.Triggers.FirstOrDefault(t => t.Activity.Type == TriggerTypes.Manual)?.Activity.Id,
                Version = version,
                PriceCents = workflow.PriceCents,
                Payload = TriggerPayload.Manual(start.Input),
                // No id of a workflow holds a slash, so no two workflows share a key.
                DedupKey = start.IdempotencyKey is { } key ? $"{definitionId}/{key}" : null,
                CorrelationId = start.CorrelationId,
            },
            cancellationToken);
    }
}
