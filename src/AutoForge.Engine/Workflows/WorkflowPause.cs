using AutoForge.Engine.Triggers;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>Switches off what a smaller plan has no room for. Nothing is deleted, and accepted runs go on.</summary>
public static class WorkflowPause
{
    /// <summary>
    /// Leaves those switched on that ran last. In the transaction that has set the new limits with
    /// <see cref="Limits.AccountLimits.SetCommand"/>, so that no workflow is switched on meanwhile.
    /// </summary>
    /// <param name="limit">Workflows that may stay on; null = all.</param>
    /// <returns>Names of those that were switched off.</returns>
    public static async Task<IReadOnlyList<string>> PauseExcessAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, int? limit, CancellationToken cancellationToken)
    {
        if (limit is not { } most)
            return [];
        var excess = await ExcessAsync(connection, transaction, accountId, most, cancellationToken);
        foreach (var (id, _) in excess)
        {
            await WorkflowRows.MarkRetractedAsync(connection, transaction, accountId, id, cancellationToken);
            await TriggerStore.SwitchOffAsync(connection, transaction, accountId, id, cancellationToken);
        }
        return [.. excess.Select(workflow => workflow.Name)];
    }

    private static async Task<List<(string Id, string Name)>> ExcessAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, int most, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT w.id, w.name
            FROM workflows AS w
            LEFT JOIN LATERAL (
                SELECT r.id
                FROM runs AS r
                WHERE r.account_id = w.account_id
                  AND r.workflow_id = w.id
                ORDER BY r.id DESC
                LIMIT 1
            ) AS last ON true
            WHERE w.account_id = @account
              AND w.published_version IS NOT NULL
              AND w.deleted_at IS NULL
            ORDER BY last.id DESC NULLS LAST, w.updated_at DESC
            OFFSET @most
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("most", most);
        var excess = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            excess.Add((reader.GetString(0), reader.GetString(1)));
        return excess;
    }
}
