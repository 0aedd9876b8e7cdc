using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>Fixes drafts that are started by hand: what a run refers to must not change under it.</summary>
internal sealed class VersionFreeze(Database database, WorkflowCompiler compiler, WorkflowValidator validator)
{
    /// <summary>
    /// The number of the latest version, which from here on is fixed: the next save begins a new one. Triggers go on
    /// starting the published version. Null = no such workflow.
    /// </summary>
    /// <exception cref="WorkflowInvalidException">A draft that could not be published cannot be started either; nothing changed.</exception>
    public async Task<int?> FreezeLatestAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await WorkflowRows.LockAsync(connection, transaction, accountId, definitionId, cancellationToken) is not { } locked)
            return null;
        if (locked.LatestIsFixed)
            return locked.LatestVersion;

        // The row is locked, so the draft that is checked is the draft that is started.
        var latest = await WorkflowStore.GetAsync(connection, accountId, definitionId, cancellationToken)
            ?? throw new InvalidOperationException($"Workflow {definitionId} of account {accountId} has no latest version.");
        var workflow = compiler.Compile(latest.Document);
        WorkflowProblem[] problems = [.. validator.Validate(workflow), .. TriggerDrafts.Problems(workflow)];
        if (problems.Length > 0)
            throw new WorkflowInvalidException(problems);

        await using var command = new NpgsqlCommand(
            """
            UPDATE workflow_versions
            SET started_at = now(),
                price_cents = @price,
                price_list = @list
            WHERE account_id = @account
              AND workflow_id = @workflow
              AND version = @version
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("version", locked.LatestVersion);
        command.Parameters.AddWithValue("price", workflow.Price.Cents);
        command.Parameters.AddWithValue("list", workflow.Price.List);
        await command.ExecuteNonQueryAsync(cancellationToken);
        // Crash after: a fixed version without a run, which costs nothing but a number.
        await transaction.CommitAsync(cancellationToken);
        return locked.LatestVersion;
    }
}
