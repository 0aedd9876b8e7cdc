using Npgsql;

namespace AutoForge.Engine.Limits;

/// <summary>Keeps what an account has within what its plan allows, also when two requests come at once.</summary>
/// <remarks>
/// Call it first in the transaction: the limits are locked before anything they bound, as a change of plan does. Two
/// statements on purpose: the second counts what whoever held the lock before has stored.
/// </remarks>
internal static class PlanRoom
{
    /// <summary>Before a workflow is switched on.</summary>
    /// <exception cref="AutoForgeException"><c>plan_limit_reached</c>.</exception>
    public static Task EnsureWorkflowAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string workflowId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT FROM account_limits WHERE account_id = @account FOR UPDATE;

            SELECT l.workflows, COUNT(w.id)
            FROM account_limits AS l
            LEFT JOIN workflows AS w
                ON w.account_id = l.account_id AND w.published_version IS NOT NULL AND w.deleted_at IS NULL AND w.id <> @workflow
            WHERE l.account_id = @account
            GROUP BY l.workflows
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", workflowId);
        return EnsureAsync(command, "workflows that are switched on; switch another one off first", cancellationToken);
    }

    /// <summary>Before a connection is stored.</summary>
    /// <exception cref="AutoForgeException"><c>plan_limit_reached</c>.</exception>
    public static Task EnsureConnectionAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT FROM account_limits WHERE account_id = @account FOR UPDATE;

            SELECT l.connections, COUNT(c.id)
            FROM account_limits AS l
            LEFT JOIN connections AS c ON c.account_id = l.account_id
            WHERE l.account_id = @account
            GROUP BY l.connections
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        return EnsureAsync(command, "connections; delete one that is no longer used", cancellationToken);
    }

    private static async Task EnsureAsync(NpgsqlCommand command, string what, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) && reader.GetInt64(1) >= reader.GetInt32(0))
            throw new AutoForgeException("plan_limit_reached", $"Your plan allows {reader.GetInt32(0)} {what}, or change the plan.");
    }
}
