using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>Runs that were not started (money rule 1), gathered by reason and time.</summary>
/// <param name="Key">Unique among those of one <paramref name="At"/>.</param>
/// <param name="TriggerId">Null for starts by hand and replays.</param>
/// <param name="Reason">One of <see cref="RefusalReason"/>.</param>
/// <param name="At">A schedule's due time; for calls the minute, in UTC.</param>
/// <param name="Times">How many runs; 1 for a schedule.</param>
public sealed record RefusalView(string Key, string WorkflowId, Guid? TriggerId, string Reason, DateTimeOffset At, int Times);

/// <summary>Reads what was refused to one account.</summary>
public sealed class RefusalQueries
{
    private readonly Database _database;

    internal RefusalQueries(Database database) => _database = database;

    /// <summary>Newest first. <paramref name="before"/> is where the page ends before; null = from the newest.</summary>
    /// <param name="workflowId">Null = of all workflows.</param>
    public async Task<IReadOnlyList<RefusalView>> ListAsync(
        Guid accountId, string? workflowId, (DateTimeOffset At, string Key)? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT r.key, r.workflow_id, NULLIF(r.trigger_id, '00000000-0000-0000-0000-000000000000'), r.reason, r.slot, r.times
            FROM (
                SELECT *, trigger_id || '/' || reason || '/' || workflow_id COLLATE "C" AS key
                FROM refusals
                WHERE account_id = @account
            ) AS r
            WHERE (@workflow IS NULL OR r.workflow_id = @workflow)
              AND (@key IS NULL OR (r.slot, r.key) < (@at, @key))
            ORDER BY r.slot DESC, r.key DESC
            LIMIT @limit
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<string?>("workflow", workflowId));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("at", before?.At.ToUniversalTime()));
        command.Parameters.Add(new NpgsqlParameter<string?>("key", before?.Key));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", limit));

        var refusals = new List<RefusalView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            refusals.Add(new RefusalView(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetInt32(5)));
        }
        return refusals;
    }
}
