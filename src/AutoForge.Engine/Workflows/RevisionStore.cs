using System.Text.Json.Nodes;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>
/// The table workflow_revisions: every saved state of a draft, however many saves wrote over it. The newest
/// <see cref="Kept"/> of a workflow stay: hours of work that is saved twice a minute, and a bound on what one can fill.
/// Published versions are kept for ever elsewhere. Saving what is saved already adds nothing.
/// </summary>
public sealed class RevisionStore
{
    /// <summary>How many revisions of a workflow are kept.</summary>
    public const int Kept = 300;

    private readonly Database _database;

    internal RevisionStore(Database database) => _database = database;

    /// <summary>Newest first. <paramref name="before"/> is where the page ends before.</summary>
    public async Task<IReadOnlyList<WorkflowRevision>> ListAsync(
        Guid accountId, string definitionId, int? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT r.revision, r.version, r.document ->> 'name', r.price_cents, r.created_at
            FROM workflow_revisions AS r
            JOIN workflows AS w ON w.account_id = r.account_id AND w.id = r.workflow_id
            WHERE r.account_id = @account
              AND r.workflow_id = @workflow
              AND w.deleted_at IS NULL
              AND (@before IS NULL OR r.revision < @before)
            ORDER BY r.revision DESC
            LIMIT @limit
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.Add(new NpgsqlParameter<int?>("before", before));
        command.Parameters.AddWithValue("limit", limit);
        var revisions = new List<WorkflowRevision>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            revisions.Add(Read(reader));
        return revisions;
    }

    /// <summary>Null when there is none.</summary>
    public async Task<SavedRevision?> FindAsync(Guid accountId, string definitionId, int revision, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT r.revision, r.version, r.document ->> 'name', r.price_cents, r.created_at, r.document
            FROM workflow_revisions AS r
            JOIN workflows AS w ON w.account_id = r.account_id AND w.id = r.workflow_id
            WHERE r.account_id = @account
              AND r.workflow_id = @workflow
              AND w.deleted_at IS NULL
              AND r.revision = @revision
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("revision", revision);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new SavedRevision(Read(reader), JsonNode.Parse(reader.GetString(5))!.AsObject())
            : null;
    }

    /// <remarks>The caller holds the lock of the workflow's row, so numbers follow each other.</remarks>
    internal static async Task RecordAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string definitionId, int version, JsonObject document,
        int priceCents, CancellationToken cancellationToken)
    {
        // json keeps the text as it came, so equal texts are equal states.
        await using var command = new NpgsqlCommand(
            """
            WITH last AS (
                SELECT revision, document::text AS document
                FROM workflow_revisions
                WHERE account_id = @account
                  AND workflow_id = @workflow
                ORDER BY revision DESC
                LIMIT 1
            ), too_old AS (
                DELETE FROM workflow_revisions
                WHERE account_id = @account
                  AND workflow_id = @workflow
                  AND revision <= (SELECT revision FROM last) + 1 - @kept
            )
            INSERT INTO workflow_revisions (account_id, workflow_id, revision, version, document, price_cents)
            SELECT @account, @workflow, 1 + COALESCE((SELECT revision FROM last), 0), @version, @document::json, @price
            WHERE NOT EXISTS (
                SELECT 1
                FROM last
                WHERE document = @document)
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", definitionId);
        command.Parameters.AddWithValue("kept", Kept);
        command.Parameters.AddWithValue("version", version);
        command.Parameters.AddWithValue("document", document.ToJsonString());
        command.Parameters.AddWithValue("price", priceCents);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static WorkflowRevision Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0), reader.GetInt32(1), reader.IsDBNull(2) ? "" : reader.GetString(2), reader.GetInt32(3),
        reader.GetFieldValue<DateTimeOffset>(4));
}
