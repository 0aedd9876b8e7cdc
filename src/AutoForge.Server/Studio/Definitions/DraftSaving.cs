using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Saves what Studio sends: new workflows, drafts and files.</summary>
internal sealed class DraftSaving(WorkflowStore workflows, WorkflowPublisher publisher, PublishingProblems problems, DefinitionForm form)
{
    /// <summary>Saves a canvas. Half-finished workflows are saved too.</summary>
    /// <param name="accountId">The owner.</param>
    /// <param name="model">As Studio sent it.</param>
    /// <param name="mustBeValid">Whether it is saved to be published at once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidInputException">The save would harm the workflow, or it cannot be published; nothing was saved then that Studio does not know of.</exception>
    public async Task<WorkflowView> SaveAsync(Guid accountId, JsonObject model, bool mustBeValid, CancellationToken cancellationToken)
    {
        if (model.Text("definitionId") is not { Length: > 0 } definitionId)
        {
            DraftRules.CheckRoot(model, stored: null);
            return await workflows.CreateAsync(accountId, form.Restore(model, stored: null), cancellationToken);
        }

        return await workflows.SaveDraftAsync(accountId, definitionId, Revise, cancellationToken)
            ?? throw new InvalidInputException("definitionId", "This workflow has been deleted.");

        JsonObject Revise(WorkflowView latest)
        {
            DraftRules.CheckVersion(model, latest);
            DraftRules.CheckRoot(model, latest.Document);
            DraftRules.CheckSteps(model, latest.Document);
            var document = form.Restore(model, latest.Document);
            // A save that begins a new version and is then refused would leave Studio with the old version, and every save
            // after it would be refused as well.
            if (mustBeValid && !latest.IsDraft)
                EnsureValid(document);
            return document;
        }
    }

    /// <summary>Saves a file: a new workflow, or the draft of the one that has its id.</summary>
    public async Task<WorkflowView> ImportAsync(Guid accountId, JsonObject model, CancellationToken cancellationToken)
    {
        var document = DefinitionForm.Import(model);
        if (model.Text("definitionId") is { Length: > 0 } definitionId)
        {
            if (await workflows.SaveDraftAsync(accountId, definitionId, document, cancellationToken) is { } saved)
                return saved;
            document["definitionId"] = definitionId;
        }
        return await workflows.CreateAsync(accountId, document, cancellationToken);
    }

    private void EnsureValid(JsonObject document)
    {
        try
        {
            publisher.EnsureValid(document);
        }
        catch (WorkflowInvalidException invalid)
        {
            throw problems.Of(document, invalid);
        }
    }
}
