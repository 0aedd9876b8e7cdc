using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>The versions of workflows, one by one.</summary>
public sealed class WorkflowHistory
{
    private readonly Database _database;

    internal WorkflowHistory(Database database) => _database = database;

    /// <summary>A version by its own id, also when it or its workflow was deleted: runs show what they ran. Null when there is none.</summary>
    public async Task<WorkflowView?> FindAsync(Guid accountId, string versionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {WorkflowRows.Columns}
            FROM workflow_versions AS v
            JOIN workflows AS w ON w.account_id = v.account_id AND w.id = v.workflow_id
            WHERE v.account_id = @account
              AND v.id = @id
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", versionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? WorkflowRows.Read(reader) : null;
    }

    /// <summary>
    /// Deletes a version for its owner. If it was switched on, the workflow is switched off; if it was the latest, the one
    /// before becomes the latest; if it was the only one, the workflow is deleted. False = no such version.
    /// </summary>
    public async Task<bool> DeleteAsync(Guid accountId, string versionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await WorkflowOfAsync(connection, transaction, accountId, versionId, cancellationToken) is not { } definitionId
            || await WorkflowRows.LockAsync(connection, transaction, accountId, definitionId, cancellationToken) is not { } locked
            || await MarkDeletedAsync(connection, transaction, accountId, definitionId, versionId, cancellationToken) is not { } version)
            return false;

        if (version == locked.PublishedVersion)
        {
            await WorkflowRows.MarkRetractedAsync(connection, transaction, accountId, definitionId, cancellationToken);
            await TriggerStore.SwitchOffAsync(connection, transaction, accountId, definitionId, cancellationToken);
        }

        if (version == locked.LatestVersion)
            await StepBackAsync(connection, transaction, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<string?> WorkflowOfAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string versionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT workflow_id
            FROM workflow_versions
            WHERE account_id = @account
              AND id = @id
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", versionId);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static async Task<int?> MarkDeletedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, string versionId,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflow_versions
            SET deleted_at = now()
            WHERE account_id = @account
              AND workflow_id = @workflow
              AND id = @id
              AND deleted_at IS NULL
            RETURNING version
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("id", versionId);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    // Without a version that is left, the row keeps the number of the last one, as deleted workflows do.
    private static async Task StepBackAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH left_over AS (
                SELECT version, document ->> 'name' AS name
                FROM workflow_versions
                WHERE account_id = @account
                  AND workflow_id = @id
                  AND deleted_at IS NULL
                ORDER BY version DESC
                LIMIT 1
            )
            UPDATE workflows
            SET latest_version = COALESCE((SELECT version FROM left_over), latest_version),
                name = COALESCE((SELECT name FROM left_over), name),
                deleted_at = CASE WHEN EXISTS (SELECT 1 FROM left_over) THEN NULL ELSE now() END,
                updated_at = now()
            WHERE account_id = @account
              AND id = @id
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
