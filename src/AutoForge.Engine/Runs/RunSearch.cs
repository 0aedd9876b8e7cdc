using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>The times of a run that lists are ordered and limited by.</summary>
public enum RunTime
{
    Accepted,
    Updated,
    Finished,
}

/// <param name="From">Inclusive; null = no limit.</param>
/// <param name="To">Exclusive; null = no limit.</param>
/// <param name="IsOutside">Whatever does not lie between the two.</param>
public sealed record RunTimeLimit(RunTime Time, DateTimeOffset? From, DateTimeOffset? To, bool IsOutside = false);

/// <summary>What a list of runs is ordered by.</summary>
public enum RunOrder
{
    Accepted,
    Updated,
    Finished,
    Name,
}

/// <summary>Which runs to find; null = whatever.</summary>
/// <param name="Text">Matches ids of run, workflow and version, correlation id, name of run and workflow, and fault message.</param>
public sealed record RunCriteria(
    IReadOnlyList<RunStatus>? Statuses = null, IReadOnlyList<string>? WorkflowIds = null, int? Version = null, string? VersionId = null,
    string? Text = null, string? CorrelationId = null, IReadOnlyList<RunTimeLimit>? Times = null)
{
    /// <summary>Whether anything is asked for at all.</summary>
    public bool Selects =>
        Statuses is not null || WorkflowIds is not null || Version is not null || VersionId is not null
        || !string.IsNullOrWhiteSpace(Text) || CorrelationId is not null || Times is { Count: > 0 };
}

/// <param name="TotalCount">Of all that match, <see cref="RunSearch.MostCounted"/> at most.</param>
public sealed record FoundRuns(IReadOnlyList<RunView> Runs, int TotalCount);

/// <summary>Finds runs of one account by page number, for lists that can be ordered by every column.</summary>
/// <remarks>
/// Such lists are asked for again and again. To keep that cheap in an account with millions of runs, order, pages and
/// count are of the newest matches only; whoever wants older ones narrows the criteria.
/// </remarks>
public sealed class RunSearch
{
    public const int MostCounted = 10_000;

    private readonly Database _database;

    internal RunSearch(Database database) => _database = database;

    public async Task<FoundRuns> FindAsync(
        Guid accountId, RunCriteria criteria, RunOrder order, bool descending, int skip, int take, CancellationToken cancellationToken)
    {
        var direction = descending ? "DESC" : "ASC";
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Ids are made in order of time. Columns and limits are ours, never the caller's text.
        command.CommandText =
            $"""
            WITH found AS MATERIALIZED (
                SELECT r.id, {ColumnOf(order)} AS place
                FROM runs AS r
                WHERE r.account_id = @account
                  AND r.deleted_at IS NULL
                  {Conditions(criteria, command)}
                ORDER BY r.id DESC
                LIMIT {MostCounted}),
            page AS (
                SELECT id, place
                FROM found
                ORDER BY place {direction} NULLS LAST, id {direction}
                OFFSET @skip
                LIMIT @take)
            SELECT {RunQueries.Columns}, c.total
            FROM (SELECT COUNT(*)::integer AS total FROM found) AS c
            LEFT JOIN (page JOIN ({RunQueries.Source}) ON r.account_id = @account AND r.id = page.id) ON true
            ORDER BY page.place {direction} NULLS LAST, page.id {direction}
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<int>("skip", skip));
        command.Parameters.Add(new NpgsqlParameter<int>("take", take));

        var runs = new List<RunView>();
        var total = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            total = reader.GetInt32(reader.FieldCount - 1);
            // The count comes with every row, and alone when the page is empty.
            if (!reader.IsDBNull(0))
                runs.Add(RunQueries.Read(reader));
        }
        return new FoundRuns(runs, total);
    }

    private static string Conditions(RunCriteria criteria, NpgsqlCommand command)
    {
        var conditions = new List<string>();
        void Add<T>(string condition, string parameter, T value)
        {
            conditions.Add(condition);
            command.Parameters.Add(new NpgsqlParameter<T>(parameter, value));
        }

        // Every open run has its job, and the queue is short: no need to look through all that have ended.
        if (criteria.Statuses is { } open && open.All(s => s is RunStatus.Queued or RunStatus.Running or RunStatus.Waiting))
            conditions.Add("r.id IN (SELECT id FROM jobs WHERE account_id = @account)");
        if (criteria.Statuses is { } statuses)
            Add("r.status = ANY(@statuses)", "statuses", statuses.Select(s => s.ToString()).ToArray());
        if (criteria.WorkflowIds is { } workflows)
            Add("r.workflow_id = ANY(@workflows)", "workflows", workflows.ToArray());
        if (criteria.Version is { } version)
            Add("r.version = @version", "version", version);
        if (criteria.VersionId is { } versionId)
        {
            Add("""
                (r.workflow_id, r.version) IN (
                    SELECT workflow_id, version
                    FROM workflow_versions
                    WHERE account_id = @account AND id = @version_id)
                """, "version_id", versionId);
        }
        if (criteria.CorrelationId is { } correlation)
            Add("r.correlation_id = @correlation", "correlation", correlation);
        if (criteria.Text?.Trim() is { Length: > 0 } text)
        {
            Add("""
                (strpos(r.id::text, @text) > 0
                 OR strpos(lower(r.correlation_id), @text) > 0
                 OR strpos(lower(r.name), @text) > 0
                 OR strpos(lower(r.fault_message), @text) > 0
                 OR strpos(lower(r.workflow_id), @text) > 0
                 OR (r.workflow_id, r.version) IN (SELECT workflow_id, version FROM workflow_versions WHERE account_id = @account AND id = @text)
                 OR r.workflow_id IN (SELECT id FROM workflows WHERE account_id = @account AND strpos(lower(name), @text) > 0))
                """, "text", text.ToLowerInvariant());
        }
        foreach (var (limit, i) in (criteria.Times ?? []).Select((limit, i) => (limit, i)))
        {
            var column = ColumnOf(limit.Time);
            conditions.Add($"{(limit.IsOutside ? "NOT " : "")}({column} >= COALESCE(@from{i}, '-infinity') AND {column} < COALESCE(@to{i}, 'infinity'))");
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>($"from{i}", limit.From?.ToUniversalTime()));
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>($"to{i}", limit.To?.ToUniversalTime()));
        }
        return string.Concat(conditions.Select(condition => $"AND {condition}\n"));
    }

    private static string ColumnOf(RunTime time) => time switch
    {
        RunTime.Accepted => "r.accepted_at",
        RunTime.Updated => "r.updated_at",
        _ => "r.finished_at",
    };

    private static string ColumnOf(RunOrder order) => order switch
    {
        RunOrder.Name => "r.name",
        RunOrder.Updated => ColumnOf(RunTime.Updated),
        RunOrder.Finished => ColumnOf(RunTime.Finished),
        _ => ColumnOf(RunTime.Accepted),
    };
}
