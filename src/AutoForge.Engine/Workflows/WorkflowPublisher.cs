using System.Text.Json.Nodes;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Workflows;

/// <summary>Switches workflows on and off.</summary>
public sealed class WorkflowPublisher
{
    private readonly Database _database;
    private readonly WorkflowCompiler _compiler;
    private readonly WorkflowValidator _validator;

    internal WorkflowPublisher(Database database, WorkflowCompiler compiler, WorkflowValidator validator)
    {
        _database = database;
        _compiler = compiler;
        _validator = validator;
    }

    /// <summary>
    /// Makes the latest version the one that triggers start: version, price and triggers change in one transaction.
    /// Null = no such workflow. Publishing what is published already changes nothing but switches it on.
    /// </summary>
    /// <exception cref="WorkflowInvalidException">With every problem at once; nothing changed.</exception>
    /// <exception cref="AutoForgeException"><c>plan_limit_reached</c>; nothing changed.</exception>
    public async Task<Publication?> PublishAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PlanRoom.EnsureWorkflowAsync(connection, transaction, accountId, definitionId, cancellationToken);
        if (await WorkflowRows.LockAsync(connection, transaction, accountId, definitionId, cancellationToken) is not { } locked)
            return null;

        // The row is locked, so the draft that is checked is the draft that is published.
        var latest = await WorkflowStore.GetAsync(connection, accountId, definitionId, cancellationToken)
            ?? throw new InvalidOperationException($"Workflow {definitionId} of account {accountId} has no latest version.");
        var workflow = Check(latest.Document);

        var previous = locked.PublishedVersion is { } published
            ? await WorkflowStore.GetAsync(connection, accountId, definitionId, cancellationToken, published)
            : null;
        var publishedAt = await WorkflowRows.MarkPublishedAsync(
            connection, transaction, accountId, definitionId, latest.Version, workflow.Price, cancellationToken);
        var drafts = TriggerDrafts.Of(workflow, publishedAt);
        await TriggerStore.ReplaceAsync(
            connection, transaction, accountId, definitionId, latest.Version, workflow.Price, drafts, cancellationToken);
        var triggers = await TriggerStore.ListAsync(connection, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        return new Publication(definitionId, latest.Version, workflow.Price.Cents, previous?.PriceCents,
            [.. triggers.Where(t => t.Enabled).Select(t => new PublishedTrigger(TriggerTypes.KindOf(t.Type), t.ActivityId, t.Token, t.NextDueAt))]);
    }

    /// <summary>Whether a document could be published as it is.</summary>
    /// <exception cref="WorkflowInvalidException">With every problem at once.</exception>
    public void EnsureValid(JsonObject document) => Check(document);

    /// <summary>Switches the workflow off: webhooks answer 410, schedules rest. Accepted runs go on. False = no such workflow.</summary>
    public async Task<bool> RetractAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await WorkflowRows.MarkRetractedAsync(connection, transaction, accountId, definitionId, cancellationToken))
            return false;
        await TriggerStore.SwitchOffAsync(connection, transaction, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private CompiledWorkflow Check(JsonObject document)
    {
        var workflow = _compiler.Compile(document);
        WorkflowProblem[] problems = [.. _validator.Validate(workflow), .. TriggerDrafts.Problems(workflow)];
        return problems.Length == 0 ? workflow : throw new WorkflowInvalidException(problems);
    }
}
