using System.Text.Json.Nodes;
using AutoForge.Engine.Prices;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>The rows of workflows and workflow_versions, within the transaction of whoever changes them.</summary>
internal static class WorkflowRows
{
    public const string Columns =
        """
        v.workflow_id, v.id, v.version, v.version = w.latest_version, v.version = w.published_version, w.published_version,
        v.price_cents, w.created_at, v.updated_at, v.document,
        (SELECT p.price_cents FROM workflow_versions AS p
         WHERE p.account_id = w.account_id AND p.workflow_id = w.id AND p.version = w.published_version),
        COALESCE(v.published_at, v.started_at) IS NULL
        """;

    /// <param name="LatestIsFixed">It was published or started, so it never changes again.</param>
    /// <param name="HighestVersion">Deleted versions included.</param>
    public sealed record LockedWorkflow(int LatestVersion, int? PublishedVersion, bool LatestIsFixed, int HighestVersion);

    /// <summary>Locks the workflow's row: saving, publishing, retracting and deleting are one after the other.</summary>
    /// <remarks>
    /// Two statements on purpose. One that waits for the lock sees the workflow as it is then, but joins it to the versions
    /// as they were before the wait: a version that was published or begun meanwhile would be missed.
    /// </remarks>
    public static async Task<LockedWorkflow?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT 1
            FROM workflows
            WHERE account_id = @account
              AND id = @id
            FOR NO KEY UPDATE;

            SELECT w.latest_version, w.published_version, COALESCE(v.published_at, v.started_at) IS NOT NULL,
                (SELECT max(version) FROM workflow_versions WHERE account_id = @account AND workflow_id = @id)
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id AND v.version = w.latest_version
            WHERE w.account_id = @account
              AND w.id = @id
              AND w.deleted_at IS NULL
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LockedWorkflow(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetBoolean(2), reader.GetInt32(3))
            : null;
    }

    /// <summary>Returns the time of publishing by the database clock, which schedules count from.</summary>
    public static async Task<DateTimeOffset> MarkPublishedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version, RunPrice price,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH marked AS (
                UPDATE workflow_versions
                SET published_at = COALESCE(published_at, now()),
                    price_cents = @price,
                    price_list = @list
                WHERE account_id = @account
                  AND workflow_id = @id
                  AND version = @version
            )
            UPDATE workflows
            SET published_version = @version,
                updated_at = now()
            WHERE account_id = @account
              AND id = @id
            RETURNING now()
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.AddWithValue("version", version);
        command.Parameters.AddWithValue("price", price.Cents);
        command.Parameters.AddWithValue("list", price.List);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    public static async Task<bool> MarkRetractedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflows
            SET published_version = NULL,
                updated_at = now()
            WHERE account_id = @account
              AND id = @id
              AND deleted_at IS NULL
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public static async Task InsertVersionAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version,
        JsonObject document, RunPrice price, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents, price_list)
            VALUES (@account, @workflow, @version, @id, @document::json, @price, @list)
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("version", version);
        command.Parameters.AddWithValue("id", Ids.NewText());
        command.Parameters.AddWithValue("document", document.ToJsonString());
        command.Parameters.AddWithValue("price", price.Cents);
        command.Parameters.AddWithValue("list", price.List);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task UpdateVersionAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version,
        JsonObject document, RunPrice price, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflow_versions
            SET document = @document::json,
                price_cents = @price,
                price_list = @list,
                updated_at = now()
            WHERE account_id = @account
              AND workflow_id = @workflow
              AND version = @version
              AND published_at IS NULL
              AND started_at IS NULL
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("version", version);
        command.Parameters.AddWithValue("document", document.ToJsonString());
        command.Parameters.AddWithValue("price", price.Cents);
        command.Parameters.AddWithValue("list", price.List);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task UpdateLatestAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, string name, int version,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflows
            SET name = @name,
                latest_version = @version,
                updated_at = now()
            WHERE account_id = @account
              AND id = @id
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("version", version);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static WorkflowView Read(NpgsqlDataReader reader)
    {
        var definitionId = reader.GetString(0);
        var id = reader.GetString(1);
        var version = reader.GetInt32(2);
        var isLatest = reader.GetBoolean(3);
        var isPublished = !reader.IsDBNull(4) && reader.GetBoolean(4);
        var document = JsonNode.Parse(reader.GetString(9))!.AsObject();
        return new WorkflowView(
            definitionId, id, version, document["name"]!.GetValue<string>().Trim(), isLatest, isPublished, reader.GetBoolean(11),
            reader.IsDBNull(5) ? null : reader.GetInt32(5), reader.GetInt32(6), reader.IsDBNull(10) ? null : reader.GetInt32(10),
            reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8),
            WorkflowDocument.Stamp(document, definitionId, id, version, isLatest, isPublished));
    }
}
