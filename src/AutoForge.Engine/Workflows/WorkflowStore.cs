using System.Text.Json.Nodes;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>The tables workflows and workflow_versions. A version that was ever published or started never changes again.</summary>
public sealed class WorkflowStore
{
    private const string Columns =
        """
        v.workflow_id, v.id, v.version, v.version = w.latest_version, v.version = w.published_version, w.published_version,
        v.price_cents, w.created_at, v.updated_at, v.document
        """;

    private readonly Database _database;
    private readonly WorkflowCompiler _compiler;

    internal WorkflowStore(Database database, WorkflowCompiler compiler)
    {
        _database = database;
        _compiler = compiler;
    }

    /// <summary>Stores a new workflow as a draft, version 1.</summary>
    /// <exception cref="AutoForgeException"><c>workflow_exists</c>, or what is wrong with the document's outline.</exception>
    public async Task<WorkflowView> CreateAsync(Guid accountId, JsonObject document, CancellationToken cancellationToken)
    {
        var name = WorkflowDocument.NameOf(document);
        var definitionId = WorkflowDocument.DefinitionIdOf(document);
        var price = _compiler.Compile(document).PriceCents;

        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A deleted workflow's id may come back (export, delete, import); it goes on with the next version.
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO workflows AS w (account_id, id, name, latest_version)
            VALUES (@account, @id, @name, 1)
            ON CONFLICT (account_id, id) DO UPDATE
            SET name = EXCLUDED.name,
                latest_version = w.latest_version + 1,
                deleted_at = NULL,
                updated_at = now()
            WHERE w.deleted_at IS NOT NULL
            RETURNING latest_version
            """, connection, transaction);
        insert.Parameters.AddWithValue("account", accountId);
        insert.Parameters.AddWithValue("id", definitionId);
        insert.Parameters.AddWithValue("name", name);
        if (await insert.ExecuteScalarAsync(cancellationToken) is not int version)
            throw new AutoForgeException("workflow_exists", $"There is already a workflow with the definitionId '{definitionId}'.");
        await InsertVersionAsync(connection, transaction, accountId, definitionId, version, document, price, cancellationToken);
        var created = await GetAsync(connection, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return created!;
    }

    /// <summary>Saves the draft. When the latest version is fixed, a new version begins. Null = no such workflow.</summary>
    public async Task<WorkflowView?> SaveDraftAsync(Guid accountId, string definitionId, JsonObject document, CancellationToken cancellationToken)
    {
        var name = WorkflowDocument.NameOf(document);
        var price = _compiler.Compile(document).PriceCents;

        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, transaction, accountId, definitionId, cancellationToken) is not { } workflow)
            return null;

        var version = workflow.LatestVersion;
        if (workflow.LatestIsFixed)
            await InsertVersionAsync(connection, transaction, accountId, definitionId, ++version, document, price, cancellationToken);
        else
            await UpdateVersionAsync(connection, transaction, accountId, definitionId, version, document, price, cancellationToken);

        await using var update = new NpgsqlCommand(
            """
            UPDATE workflows
            SET name = @name,
                latest_version = @version,
                updated_at = now()
            WHERE account_id = @account
              AND id = @id
            """, connection, transaction);
        update.Parameters.AddWithValue("account", accountId);
        update.Parameters.AddWithValue("id", definitionId);
        update.Parameters.AddWithValue("name", name);
        update.Parameters.AddWithValue("version", version);
        await update.ExecuteNonQueryAsync(cancellationToken);
        var saved = await GetAsync(connection, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return saved;
    }

    /// <summary>The latest version, or the given one. Null when there is none.</summary>
    public async Task<WorkflowView?> GetAsync(Guid accountId, string definitionId, CancellationToken cancellationToken, int? version = null)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        return await GetAsync(connection, accountId, definitionId, cancellationToken, version);
    }

    /// <remarks>
    /// For whoever has a connection already: a second one, waited for while holding the first, could empty the pool
    /// (reliability 11).
    /// </remarks>
    internal static async Task<WorkflowView?> GetAsync(
        NpgsqlConnection connection, Guid accountId, string definitionId, CancellationToken cancellationToken, int? version = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id
            WHERE w.account_id = @account
              AND w.id = @id
              AND w.deleted_at IS NULL
              AND v.version = COALESCE(@version, w.latest_version)
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.Add(new NpgsqlParameter<int?>("version", version));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>A version by its own id. Null = none, or its workflow is deleted.</summary>
    public async Task<WorkflowView?> GetByVersionIdAsync(Guid accountId, string versionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM workflow_versions AS v
            JOIN workflows AS w ON w.account_id = v.account_id AND w.id = v.workflow_id
            WHERE v.account_id = @account
              AND v.id = @id
              AND w.deleted_at IS NULL
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", versionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Latest versions by definition id, newest first. <paramref name="before"/> is where the page ends before.</summary>
    public async Task<IReadOnlyList<WorkflowView>> ListAsync(
        Guid accountId, (DateTimeOffset CreatedAt, string Id)? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id AND v.version = w.latest_version
            WHERE w.account_id = @account
              AND w.deleted_at IS NULL
              AND (@before_id IS NULL OR (w.created_at, w.id) < (@before_at, @before_id))
            ORDER BY w.created_at DESC, w.id DESC
            LIMIT @limit
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("before_at", before?.CreatedAt.ToUniversalTime()));
        command.Parameters.Add(new NpgsqlParameter<string?>("before_id", before?.Id));
        command.Parameters.AddWithValue("limit", limit);

        var workflows = new List<WorkflowView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            workflows.Add(Read(reader));
        return workflows;
    }

    /// <summary>
    /// Deletes a workflow for its owner: its triggers are switched off and it is listed no more. Its versions stay,
    /// since runs and receipts refer to them. False = no such workflow.
    /// </summary>
    public async Task<bool> DeleteAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflows
            SET deleted_at = now(),
                published_version = NULL
            WHERE account_id = @account
              AND id = @id
              AND deleted_at IS NULL
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        await TriggerStore.SwitchOffAsync(connection, transaction, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>A version's document for a run that was accepted with it, deleted workflows included.</summary>
    internal async Task<JsonObject?> DocumentAsync(Guid accountId, string definitionId, int version, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT document
            FROM workflow_versions
            WHERE account_id = @account
              AND workflow_id = @id
              AND version = @version
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.AddWithValue("version", version);
        return await command.ExecuteScalarAsync(cancellationToken) is string text ? JsonNode.Parse(text)!.AsObject() : null;
    }

    /// <param name="LatestIsFixed">It was published or started, so it never changes again.</param>
    internal sealed record LockedWorkflow(int LatestVersion, int? PublishedVersion, bool LatestIsFixed);

    /// <summary>Locks the workflow's row: saving, publishing, retracting and deleting are one after the other.</summary>
    /// <remarks>
    /// Two statements on purpose. One that waits for the lock sees the workflow as it is then, but joins it to the versions
    /// as they were before the wait: a version that was published or begun meanwhile would be missed.
    /// </remarks>
    internal static async Task<LockedWorkflow?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT 1
            FROM workflows
            WHERE account_id = @account
              AND id = @id
            FOR NO KEY UPDATE;

            SELECT w.latest_version, w.published_version, COALESCE(v.published_at, v.started_at) IS NOT NULL
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
            ? new LockedWorkflow(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetBoolean(2))
            : null;
    }

    /// <summary>Returns the time of publishing by the database clock, which schedules count from.</summary>
    internal static async Task<DateTimeOffset> MarkPublishedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version, int priceCents,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH marked AS (
                UPDATE workflow_versions
                SET published_at = COALESCE(published_at, now()),
                    price_cents = @price
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
        command.Parameters.AddWithValue("price", priceCents);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    internal static async Task<bool> MarkRetractedAsync(
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

    private static async Task InsertVersionAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version,
        JsonObject document, int priceCents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents)
            VALUES (@account, @workflow, @version, @id, @document::json, @price)
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("version", version);
        command.Parameters.AddWithValue("id", Ids.NewText());
        command.Parameters.AddWithValue("document", document.ToJsonString());
        command.Parameters.AddWithValue("price", priceCents);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task UpdateVersionAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version,
        JsonObject document, int priceCents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE workflow_versions
            SET document = @document::json,
                price_cents = @price,
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
        command.Parameters.AddWithValue("price", priceCents);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static WorkflowView Read(NpgsqlDataReader reader)
    {
        var definitionId = reader.GetString(0);
        var id = reader.GetString(1);
        var version = reader.GetInt32(2);
        var isLatest = reader.GetBoolean(3);
        var isPublished = !reader.IsDBNull(4) && reader.GetBoolean(4);
        var document = JsonNode.Parse(reader.GetString(9))!.AsObject();
        return new WorkflowView(
            definitionId, id, version, document["name"]!.GetValue<string>().Trim(), isLatest, isPublished,
            reader.IsDBNull(5) ? null : reader.GetInt32(5), reader.GetInt32(6),
            reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8),
            WorkflowDocument.Stamp(document, definitionId, id, version, isLatest, isPublished));
    }
}
