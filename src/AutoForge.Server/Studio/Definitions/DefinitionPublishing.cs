using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Studio.Definitions.Documents;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Switches workflows on and off as Studio asks for it.</summary>
internal sealed class DefinitionPublishing(WorkflowStore workflows, WorkflowPublisher publisher, PublishingProblems problems, DefinitionForm form)
{
    /// <summary>Null = no such workflow.</summary>
    /// <exception cref="Api.Problems.InvalidInputException">With every problem at once, each at its step.</exception>
    public async Task<SavedDefinition?> PublishAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        if (await workflows.GetAsync(accountId, definitionId, cancellationToken) is not { } before)
            return null;
        try
        {
            await publisher.PublishAsync(accountId, definitionId, cancellationToken);
        }
        catch (WorkflowInvalidException invalid)
        {
            throw problems.Of(before.Document, invalid);
        }
        return await workflows.GetAsync(accountId, definitionId, cancellationToken) is { } after
            ? new SavedDefinition(form.Show(after), AlreadyPublished: before.IsPublished)
            : null;
    }

    /// <summary>The workflow, switched off. Null = no such workflow.</summary>
    public async Task<JsonObject?> RetractAsync(Guid accountId, string definitionId, CancellationToken cancellationToken) =>
        await publisher.RetractAsync(accountId, definitionId, cancellationToken)
        && await workflows.GetAsync(accountId, definitionId, cancellationToken) is { } workflow
            ? form.Show(workflow)
            : null;
}

/// <summary>The answer to saving and publishing.</summary>
internal sealed record SavedDefinition(JsonObject WorkflowDefinition, bool AlreadyPublished, int ConsumingWorkflowCount = 0);
