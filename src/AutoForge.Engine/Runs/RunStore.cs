using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>The tables runs and run_inputs: the statements of acceptance and settlement, and reading a run back after a claim.</summary>
internal sealed class RunStore(Database database)
{
    /// <summary>A run that the accepting node keeps is at work from here on; its first START need not say so again.</summary>
    public static void AddInsertTo(NpgsqlBatch batch, IReadOnlyList<AcceptedRun> runs)
    {
        T[] Column<T>(Func<AcceptedRun, T> value) => runs.Select(value).ToArray();

        var accounts = Column(r => r.Request.AccountId);
        var ids = Column(r => r.RunId);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO runs
                (account_id, id, workflow_id, version, trigger_id, trigger_type, trigger_activity_id, dedup_key, status,
                 price_cents, price_list, attempts, depth, correlation_id, origin_run_id, replay_of, accepted_at, started_at)
            SELECT account_id, id, workflow_id, version, trigger_id, trigger_type, trigger_activity_id, dedup_key,
                   CASE WHEN kept THEN 'Running' ELSE 'Queued' END,
                   price_cents, price_list, CASE WHEN kept THEN 1 ELSE 0 END, depth, correlation_id, origin_run_id, replay_of,
                   accepted_at, CASE WHEN kept THEN accepted_at END
            FROM (
                SELECT unnest(@accounts) AS account_id, unnest(@ids) AS id, unnest(@workflows) AS workflow_id, unnest(@versions) AS version,
                       unnest(@triggers) AS trigger_id, unnest(@types) AS trigger_type, unnest(@activities) AS trigger_activity_id,
                       unnest(@keys) AS dedup_key, unnest(@prices) AS price_cents, unnest(@lists) AS price_list, unnest(@depths) AS depth,
                       unnest(@correlations) AS correlation_id, unnest(@origins) AS origin_run_id, unnest(@replays) AS replay_of,
                       unnest(@accepted) AS accepted_at, unnest(@kept) AS kept
            ) AS r
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", accounts),
                new NpgsqlParameter<Guid[]>("ids", ids),
                new NpgsqlParameter<string[]>("workflows", Column(r => r.Request.WorkflowId)),
                new NpgsqlParameter<int[]>("versions", Column(r => r.Request.Version)),
                new NpgsqlParameter<Guid[]>("triggers", Column(r => r.Request.TriggerId)),
                new NpgsqlParameter<string[]>("types", Column(r => r.Request.TriggerType)),
                new NpgsqlParameter<string?[]>("activities", Column(r => r.Request.TriggerActivityId)),
                new NpgsqlParameter<string?[]>("keys", Column(r => r.Request.DedupKey)),
                new NpgsqlParameter<int[]>("prices", Column(r => r.Request.PriceCents)),
                new NpgsqlParameter<int[]>("lists", Column(r => r.Request.PriceList)),
                new NpgsqlParameter<short[]>("depths", Column(r => (short)r.Request.Depth)),
                new NpgsqlParameter<string?[]>("correlations", Column(r => r.Request.CorrelationId)),
                new NpgsqlParameter<Guid[]>("origins", Column(r => r.OriginRunId)),
                new NpgsqlParameter<Guid?[]>("replays", Column(r => r.Request.ReplayOf)),
                new NpgsqlParameter<DateTimeOffset[]>("accepted", Column(r => r.AcceptedAt)),
                new NpgsqlParameter<bool[]>("kept", Column(r => r.IsKept)),
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO run_inputs (account_id, run_id, payload)
            SELECT unnest(@accounts), unnest(@ids), unnest(@payloads)
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", accounts),
                new NpgsqlParameter<Guid[]>("ids", ids),
                new NpgsqlParameter<byte[][]>("payloads", Column(r => r.Request.Payload)),
            },
        });
    }

    /// <summary>The new state of runs whose leases the transaction has fenced.</summary>
    public static NpgsqlBatchCommand UpdateCommand(IReadOnlyList<RunWrite> writes)
    {
        T[] Column<T>(Func<RunWrite, T> value) => writes.Select(value).ToArray();

        return new NpgsqlBatchCommand(
            """
            UPDATE runs AS r
            SET status = w.status,
                charged_cents = CASE WHEN w.status = 'Succeeded' THEN r.price_cents ELSE 0 END,
                attempts = w.attempts,
                name = COALESCE(w.name, r.name),
                correlation_id = COALESCE(w.correlation_id, r.correlation_id),
                fault_activity_id = w.fault_activity_id,
                fault_code = w.fault_code,
                fault_message = w.fault_message,
                started_at = COALESCE(r.started_at, w.started_at),
                finished_at = CASE WHEN w.status IN ('Succeeded', 'Failed', 'Cancelled') THEN now() END,
                updated_at = clock_timestamp()
            FROM (
                SELECT unnest(@accounts) AS account_id, unnest(@ids) AS id, unnest(@statuses) AS status, unnest(@attempts) AS attempts,
                       unnest(@names) AS name, unnest(@correlations) AS correlation_id, unnest(@fault_activities) AS fault_activity_id,
                       unnest(@fault_codes) AS fault_code, unnest(@fault_messages) AS fault_message, unnest(@started) AS started_at
            ) AS w
            WHERE r.account_id = w.account_id
              AND r.id = w.id
              AND r.status IN ('Queued', 'Running', 'Waiting')
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", Column(w => w.Lease.AccountId)),
                new NpgsqlParameter<Guid[]>("ids", Column(w => w.Lease.JobId)),
                new NpgsqlParameter<string[]>("statuses", Column(w => w.Status.ToString())),
                new NpgsqlParameter<int[]>("attempts", Column(w => w.Lease.Attempt)),
                new NpgsqlParameter<string?[]>("names", Column(w => StoredText.Of(w.Name))),
                new NpgsqlParameter<string?[]>("correlations", Column(w => StoredText.Of(w.CorrelationId))),
                new NpgsqlParameter<string?[]>("fault_activities", Column(w => w.Fault?.ActivityId)),
                new NpgsqlParameter<string?[]>("fault_codes", Column(w => StoredText.Of(w.Fault?.Code))),
                new NpgsqlParameter<string?[]>("fault_messages", Column(w => StoredText.Of(w.Fault?.Message))),
                new NpgsqlParameter<DateTimeOffset[]>("started", Column(w => w.StartedAt)),
            },
        };
    }

    /// <summary>Takes away all of old runs but what proves their money.</summary>
    public static void AddClearTo(NpgsqlBatch batch, Guid[] accountIds, Guid[] runIds)
    {
        NpgsqlBatchCommand Command(string sql) => new(sql)
        {
            Parameters = { new NpgsqlParameter<Guid[]>("accounts", accountIds), new NpgsqlParameter<Guid[]>("ids", runIds) },
        };

        batch.BatchCommands.Add(Command(
            """
            DELETE FROM run_inputs AS i
            USING unnest(@accounts, @ids) AS o (account_id, id)
            WHERE i.account_id = o.account_id
              AND i.run_id = o.id
            """));
        batch.BatchCommands.Add(Command(
            """
            UPDATE runs AS r
            SET name = NULL, correlation_id = NULL, dedup_key = NULL, fault_message = NULL,
                deleted_at = COALESCE(r.deleted_at, now())
            FROM unnest(@accounts, @ids) AS o (account_id, id)
            WHERE r.account_id = o.account_id
              AND r.id = o.id
            """));
    }

    /// <summary>Version of the price list that the run was accepted with; null when the account has no such run.</summary>
    public async Task<int?> PriceListAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT price_list
            FROM runs
            WHERE account_id = @account
              AND id = @run
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("run", runId);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    /// <summary>Null when the account has no such run.</summary>
    public async Task<StoredRun?> LoadAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT r.workflow_id, r.version, r.trigger_activity_id, r.price_cents, r.correlation_id, r.depth,
                   r.origin_run_id, r.accepted_at, r.started_at, i.payload, r.status, r.trigger_type, r.price_list
            FROM runs AS r
            JOIN run_inputs AS i ON i.account_id = r.account_id AND i.run_id = r.id
            WHERE r.account_id = @account
              AND r.id = @run
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new StoredRun
        {
            AccountId = accountId,
            RunId = runId,
            WorkflowId = reader.GetString(0),
            Version = reader.GetInt32(1),
            TriggerActivityId = reader.IsDBNull(2) ? null : reader.GetString(2),
            PriceCents = reader.GetInt32(3),
            CorrelationId = reader.IsDBNull(4) ? null : reader.GetString(4),
            Depth = reader.GetInt16(5),
            OriginRunId = reader.GetGuid(6),
            AcceptedAt = reader.GetFieldValue<DateTimeOffset>(7),
            StartedAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
            Payload = reader.GetFieldValue<byte[]>(9),
            Status = Enum.Parse<RunStatus>(reader.GetString(10)),
            TriggerType = reader.GetString(11),
            PriceList = reader.GetInt32(12),
            IsFirstAttempt = false,
        };
    }
}
