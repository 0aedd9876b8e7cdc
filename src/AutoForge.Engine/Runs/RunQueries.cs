using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>Reads runs of one account.</summary>
public sealed class RunQueries
{
    /// <summary>In the order that <see cref="Read"/> expects; of <see cref="Source"/>.</summary>
    internal const string Columns =
        """
        r.id, r.workflow_id, r.version, r.status, r.trigger_type, r.price_cents, r.charged_cents,
        r.fault_activity_id, r.fault_code, r.fault_message, r.attempts, r.accepted_at, r.started_at, r.finished_at,
        r.correlation_id, r.name, r.replay_of, v.id, f.name, r.updated_at, r.deleted_at
        """;

    /// <summary>The runs with their versions and the last step at fault.</summary>
    internal const string Source =
        """
        runs AS r
        LEFT JOIN workflow_versions AS v
            ON v.account_id = r.account_id AND v.workflow_id = r.workflow_id AND v.version = r.version
        LEFT JOIN LATERAL (
            SELECT s.name
            FROM steps AS s
            WHERE r.fault_activity_id IS NOT NULL
              AND s.account_id = r.account_id
              AND s.run_id = r.id
              AND s.activity_id = r.fault_activity_id
            ORDER BY s.seq DESC
            LIMIT 1) AS f ON true
        """;

    private readonly Database _database;
    private readonly StepStore _steps;

    internal RunQueries(Database database, StepStore steps)
    {
        _database = database;
        _steps = steps;
    }

    /// <summary>Null when the account has no such run. A deleted one is found: ledger entries lead to it.</summary>
    public async Task<RunView?> GetAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM {Source}
            WHERE r.account_id = @account
              AND r.id = @run
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Newest first. <paramref name="before"/> is the run that the page ends before; null = from the newest.</summary>
    public async Task<IReadOnlyList<RunView>> ListAsync(
        Guid accountId, RunFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Ids are made in order of time, so the primary key is the order of the list.
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM {Source}
            WHERE r.account_id = @account
              AND r.deleted_at IS NULL
              AND (@before IS NULL OR r.id < @before)
              AND (@status IS NULL OR r.status = @status)
              AND (@workflow IS NULL OR r.workflow_id = @workflow)
              AND (@from IS NULL OR r.accepted_at >= @from)
              AND (@to IS NULL OR r.accepted_at < @to)
              AND (@text IS NULL
                   OR strpos(r.id::text, lower(@text)) > 0
                   OR strpos(lower(r.correlation_id), lower(@text)) > 0
                   OR strpos(lower(r.name), lower(@text)) > 0
                   OR strpos(lower(r.fault_message), lower(@text)) > 0)
            ORDER BY r.id DESC
            LIMIT @limit
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("before", before));
        command.Parameters.Add(new NpgsqlParameter<string?>("status", filter.Status?.ToString()));
        command.Parameters.Add(new NpgsqlParameter<string?>("workflow", filter.WorkflowId));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("from", filter.From?.ToUniversalTime()));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("to", filter.To?.ToUniversalTime()));
        command.Parameters.Add(new NpgsqlParameter<string?>("text", string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim()));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", limit));

        var runs = new List<RunView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            runs.Add(Read(reader));
        return runs;
    }

    /// <summary>The steps in order; null when the account has no such run.</summary>
    public async Task<IReadOnlyList<StepView>?> StepsAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        if (await GetAsync(accountId, runId, cancellationToken) is null)
            return null;
        return [.. (await _steps.LoadAsync(accountId, runId, cancellationToken)).Select(StepView.From)];
    }

    internal static NpgsqlBatchCommand ByDedupKeyCommand(IReadOnlyList<DedupKey> keys) => new(
        """
        SELECT r.account_id, r.trigger_id, r.dedup_key, r.id
        FROM unnest(@accounts, @triggers, @keys) AS k (account_id, trigger_id, dedup_key)
        JOIN runs AS r
            ON r.account_id = k.account_id AND r.trigger_id = k.trigger_id AND r.dedup_key = k.dedup_key
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", keys.Select(k => k.AccountId).ToArray()),
            new NpgsqlParameter<Guid[]>("triggers", keys.Select(k => k.TriggerId).ToArray()),
            new NpgsqlParameter<string[]>("keys", keys.Select(k => k.Key).ToArray()),
        },
    };

    internal static RunView Read(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        DateTimeOffset? When(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);

        return new RunView(
            reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), Enum.Parse<RunStatus>(reader.GetString(3)),
            TriggerTypes.KindOf(reader.GetString(4)), reader.GetInt32(5), reader.GetInt32(6),
            Text(8) is { } code ? new RunFault(Text(7), code, Text(9) ?? "") : null,
            reader.GetInt32(10), reader.GetFieldValue<DateTimeOffset>(11), When(12), When(13), Text(14), Text(15),
            reader.IsDBNull(16) ? null : reader.GetGuid(16), Text(17), Text(18),
            reader.GetFieldValue<DateTimeOffset>(19), When(20));
    }
}
