using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Triggers;

/// <summary>A wish to start a workflow by hand or by API.</summary>
/// <param name="Input">Inputs of the workflow by name; also <c>trigger.input</c>.</param>
/// <param name="IdempotencyKey">The same key for the same workflow gives the same run.</param>
public sealed record StartRequest(JsonObject? Input, string? CorrelationId = null, string? IdempotencyKey = null);

/// <summary>Starts workflows without a trigger of their own.</summary>
public sealed class ManualStart
{
    private readonly WorkflowStore _workflows;
    private readonly WorkflowVersions _versions;
    private readonly VersionFreeze _freeze;
    private readonly RunAcceptance _acceptance;

    internal ManualStart(WorkflowStore workflows, WorkflowVersions versions, VersionFreeze freeze, RunAcceptance acceptance)
    {
        _workflows = workflows;
        _versions = versions;
        _freeze = freeze;
        _acceptance = acceptance;
    }

    /// <summary>Starts the published version. Returns after the run is durable. Null = no such workflow.</summary>
    /// <exception cref="AutoForgeException"><c>workflow_not_published</c>.</exception>
    public async Task<Acceptance?> StartAsync(Guid accountId, string definitionId, StartRequest start, CancellationToken cancellationToken)
    {
        if (await _workflows.GetAsync(accountId, definitionId, cancellationToken) is not { } latest)
            return null;
        if (latest.PublishedVersion is not { } version)
            throw new AutoForgeException("workflow_not_published", "The workflow is not published; publish it first, or ask for a dry run.");
        return await StartAsync(accountId, definitionId, version, start, cancellationToken);
    }

    /// <summary>
    /// Starts the latest version, be it a draft: what stands on the canvas. It is a run like any other, at that version's
    /// price, and the draft is fixed by it. Null = no such workflow.
    /// </summary>
    /// <exception cref="WorkflowInvalidException">With every problem at once; nothing changed.</exception>
    public async Task<Acceptance?> StartLatestAsync(Guid accountId, string definitionId, StartRequest start, CancellationToken cancellationToken) =>
        await _freeze.FreezeLatestAsync(accountId, definitionId, cancellationToken) is { } version
            ? await StartAsync(accountId, definitionId, version, start, cancellationToken)
            : null;

    private async Task<Acceptance> StartAsync(
        Guid accountId, string definitionId, int version, StartRequest start, CancellationToken cancellationToken)
    {
        var workflow = await _versions.GetAsync(accountId, definitionId, version, cancellationToken);
        var price = await _workflows.PriceAsync(accountId, definitionId, version, cancellationToken);
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
                PriceCents = price.Cents,
                PriceList = price.List,
                Payload = TriggerPayload.Manual(start.Input),
                // No id of a workflow holds a slash, so no two workflows share a key.
                DedupKey = start.IdempotencyKey is { } key ? $"{definitionId}/{key}" : null,
                CorrelationId = start.CorrelationId,
            },
            cancellationToken);
    }
}
