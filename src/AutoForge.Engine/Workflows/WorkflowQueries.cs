using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>Lists of workflows and their versions.</summary>
public sealed class WorkflowQueries
{
    private readonly Database _database;

    internal WorkflowQueries(Database database) => _database = database;

    /// <summary>One page, and how many there are on all pages.</summary>
    public async Task<(IReadOnlyList<WorkflowSummary> Page, long Total)> SearchAsync(
        Guid accountId, WorkflowFilter filter, CancellationToken cancellationToken)
    {
        var (page, total) = await ReadAsync(accountId, filter, cancellationToken);
        // Behind the last page there is no row that could tell the count.
        return page.Count == 0 && filter.Skip > 0
            ? (page, (await ReadAsync(accountId, filter with { Skip = 0, Take = 1 }, cancellationToken)).Total)
            : (page, total);
    }

    /// <summary>Whether another workflow of the account has this name, without regard to case.</summary>
    /// <param name="accountId">The owner.</param>
    /// <param name="name">The name.</param>
    /// <param name="exceptDefinitionId">The workflow that may have it; null = none.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<bool> IsNameTakenAsync(Guid accountId, string name, string? exceptDefinitionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT EXISTS (
                SELECT 1
                FROM workflows
                WHERE account_id = @account
                  AND deleted_at IS NULL
                  AND lower(name) = lower(@name)
                  AND id IS DISTINCT FROM @except)
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("name", name.Trim());
        command.Parameters.Add(new NpgsqlParameter<string?>("except", exceptDefinitionId));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<(List<WorkflowSummary> Page, long Total)> ReadAsync(
        Guid accountId, WorkflowFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT v.workflow_id, v.id, v.version, v.document ->> 'name', v.document ->> 'description',
                v.version = w.latest_version, COALESCE(v.version = w.published_version, false), v.price_cents, v.created_at,
                count(*) OVER ()
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id
            WHERE w.account_id = @account
              AND w.deleted_at IS NULL
              AND v.deleted_at IS NULL
              AND {ScopeOf(filter)}
              AND (@workflows IS NULL OR v.workflow_id = ANY (@workflows))
              AND (@ids IS NULL OR v.id = ANY (@ids))
              AND (@search IS NULL
                OR strpos(lower(v.document ->> 'name'), lower(@search)) > 0
                OR strpos(lower(v.document ->> 'description'), lower(@search)) > 0
                OR @search IN (v.workflow_id, v.id))
            ORDER BY {OrderOf(filter)}, v.id
            LIMIT @take
            OFFSET @skip
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("version", filter.Version ?? 0);
        command.Parameters.Add(new NpgsqlParameter<string[]?>("workflows", filter.DefinitionIds?.ToArray()));
        command.Parameters.Add(new NpgsqlParameter<string[]?>("ids", filter.Ids?.ToArray()));
        command.Parameters.Add(new NpgsqlParameter<string?>("search", string.IsNullOrWhiteSpace(filter.Search) ? null : filter.Search.Trim()));
        command.Parameters.AddWithValue("take", filter.Take);
        command.Parameters.AddWithValue("skip", filter.Skip);

        var page = new List<WorkflowSummary>();
        var total = 0L;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetBoolean(5), reader.GetBoolean(6), reader.GetInt32(7), reader.GetFieldValue<DateTimeOffset>(8)));
            total = reader.GetInt64(9);
        }

        return (page, total);
    }

    private static string ScopeOf(WorkflowFilter filter) => filter switch
    {
        { Version: not null } => "v.version = @version",
        { Scope: VersionScope.Latest } => "v.version = w.latest_version",
        { Scope: VersionScope.Published } => "v.version = w.published_version",
        { Scope: VersionScope.Draft } => "v.version = w.latest_version AND v.version IS DISTINCT FROM w.published_version",
        { Scope: VersionScope.LatestAndPublished } => "(v.version = w.latest_version OR v.version = w.published_version)",
        _ => "true",
    };

    private static string OrderOf(WorkflowFilter filter) => filter.Order switch
    {
        WorkflowOrder.Name => "lower(v.document ->> 'name')",
        WorkflowOrder.Version => "v.version",
        _ => "v.created_at",
    } + (filter.Descending ? " DESC" : " ASC");
}
