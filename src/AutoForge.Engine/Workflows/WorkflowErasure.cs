using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>Empties an account's workflows. The rows of versions stay: runs, and through them the ledger, refer to them.</summary>
internal static class WorkflowErasure
{
    /// <summary>For the batch of the transaction that erases the account.</summary>
    public static void AddTo(NpgsqlBatch batch, Guid accountId)
    {
        batch.BatchCommands.Add(Command(
            """
            UPDATE workflows
            SET name = '', published_version = NULL, deleted_at = COALESCE(deleted_at, now())
            WHERE account_id = @account
            """, accountId));
        batch.BatchCommands.Add(Command(
            """
            UPDATE workflow_versions
            SET document = '{}'
            WHERE account_id = @account
            """, accountId));
        batch.BatchCommands.Add(Command(
            """
            DELETE FROM workflow_revisions
            WHERE account_id = @account
            """, accountId));
    }

    private static NpgsqlBatchCommand Command(string sql, Guid accountId) =>
        new(sql) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } };
}
