using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>The tables workflows and workflow_versions. A version that was ever published or started never changes again.</summary>
public sealed class WorkflowStore
{
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
        var price = _compiler.Compile(document).Price;

        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A deleted workflow's id may come back (export, delete, import); it goes on with the next version.
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO workflows AS w (account_id, id, name, latest_version)
            VALUES (@account, @id, @name, 1)
            ON CONFLICT (account_id, id) DO UPDATE
            SET name = EXCLUDED.name,
                latest_version = 1 + (
                    SELECT max(version)
                    FROM workflow_versions
                    WHERE account_id = @account
                      AND workflow_id = @id),
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
        await WorkflowRows.InsertVersionAsync(connection, transaction, accountId, definitionId, version, document, price, cancellationToken);
        await RevisionStore.RecordAsync(connection, transaction, accountId, definitionId, version, document, price.Cents, cancellationToken);
        var created = await GetAsync(connection, accountId, definitionId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return created!;
    }

    /// <summary>Saves the draft. When the latest version is fixed, a new version begins. Null = no such workflow.</summary>
    public Task<WorkflowView?> SaveDraftAsync(Guid accountId, string definitionId, JsonObject document, CancellationToken cancellationToken) =>
        SaveDraftAsync(accountId, definitionId, latest => document, cancellationToken);

    /// <summary>
    /// Makes the draft from the latest version and saves it. When the latest version is fixed, a new version begins, unless
    /// nothing changed. Null = no such workflow.
    /// </summary>
    /// <param name="accountId">The owner.</param>
    /// <param name="definitionId">The workflow.</param>
    /// <param name="revise">
    /// Gets the latest version, which nobody else can change meanwhile, and gives the new document. What it throws is the
    /// caller's answer, and nothing has changed then.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<WorkflowView?> SaveDraftAsync(
        Guid accountId, string definitionId, Func<WorkflowView, JsonObject> revise, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await WorkflowRows.LockAsync(connection, transaction, accountId, definitionId, cancellationToken) is not { } workflow)
            return null;

        var latest = (await GetAsync(connection, accountId, definitionId, cancellationToken))!;
        var document = revise(latest);
        var name = WorkflowDocument.NameOf(document);
        var price = _compiler.Compile(document).Price;
        if (JsonNode.DeepEquals(WorkflowDocument.Stamp(document, latest), latest.Document))
            return latest;

        var version = workflow.LatestVersion;
        if (workflow.LatestIsFixed)
        {
            // A number is never used again: runs may refer to a version that was deleted since.
            version = workflow.HighestVersion + 1;
            await WorkflowRows.InsertVersionAsync(connection, transaction, accountId, definitionId, version, document, price, cancellationToken);
        }
        else
        {
            await WorkflowRows.UpdateVersionAsync(connection, transaction, accountId, definitionId, version, document, price, cancellationToken);
        }

        await WorkflowRows.UpdateLatestAsync(connection, transaction, accountId, definitionId, name, version, cancellationToken);
        await RevisionStore.RecordAsync(connection, transaction, accountId, definitionId, version, document, price.Cents, cancellationToken);
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
            SELECT {WorkflowRows.Columns}
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id
            WHERE w.account_id = @account
              AND w.id = @id
              AND w.deleted_at IS NULL
              AND v.deleted_at IS NULL
              AND v.version = COALESCE(@version, w.latest_version)
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.Add(new NpgsqlParameter<int?>("version", version));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? WorkflowRows.Read(reader) : null;
    }

    /// <summary>Latest versions by definition id, newest first. <paramref name="before"/> is where the page ends before.</summary>
    public async Task<IReadOnlyList<WorkflowView>> ListAsync(
        Guid accountId, (DateTimeOffset CreatedAt, string Id)? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {WorkflowRows.Columns}
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
            workflows.Add(WorkflowRows.Read(reader));
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

    /// <summary>What runs of a version cost: fixed when it was published or first started.</summary>
    internal async Task<RunPrice> PriceAsync(Guid accountId, string definitionId, int version, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT price_cents, price_list
            FROM workflow_versions
            WHERE account_id = @account
              AND workflow_id = @id
              AND version = @version
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", definitionId);
        command.Parameters.AddWithValue("version", version);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunPrice(reader.GetInt32(0), reader.GetInt32(1))
            : throw new InvalidOperationException($"Workflow {definitionId} of account {accountId} has no version {version}.");
    }

    /// <summary>The documents of versions, for runs of them, deleted workflows included. What does not exist is not among them.</summary>
    internal async IAsyncEnumerable<(VersionKey Key, string Document)> DocumentsAsync(
        IReadOnlyCollection<VersionKey> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT v.account_id, v.workflow_id, v.version, v.document
            FROM unnest(@accounts, @workflows, @versions) AS k (account_id, workflow_id, version)
            JOIN workflow_versions AS v ON v.account_id = k.account_id AND v.workflow_id = k.workflow_id AND v.version = k.version
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("accounts", [.. keys.Select(k => k.AccountId)]));
        command.Parameters.Add(new NpgsqlParameter<string[]>("workflows", [.. keys.Select(k => k.WorkflowId)]));
        command.Parameters.Add(new NpgsqlParameter<int[]>("versions", [.. keys.Select(k => k.Version)]));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return (new VersionKey(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2)), reader.GetString(3));
    }
}
