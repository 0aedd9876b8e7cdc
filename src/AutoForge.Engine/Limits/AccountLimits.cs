using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Limits;

/// <summary>Plan limits and spend caps of accounts, and of their workflows.</summary>
public sealed class AccountLimits
{
    private readonly Database _database;

    internal AccountLimits(Database database) => _database = database;

    /// <summary>Sets what the plan allows, in a transaction of the caller's. It holds from the next accepted run on.</summary>
    public static NpgsqlBatchCommand SetCommand(Guid accountId, PlanLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new NpgsqlBatchCommand(
            """
            INSERT INTO account_limits
                (account_id, workflows, connections, runs_per_day, concurrent_runs, retention_days,
                 api_requests_per_minute, pipeline_minutes, discount_percent)
            VALUES (@account, @workflows, @connections, @runs_per_day, @concurrent_runs, @retention_days,
                    @api_requests, @pipeline_minutes, @discount)
            ON CONFLICT (account_id) DO UPDATE
            SET workflows = EXCLUDED.workflows,
                connections = EXCLUDED.connections,
                runs_per_day = EXCLUDED.runs_per_day,
                concurrent_runs = EXCLUDED.concurrent_runs,
                retention_days = EXCLUDED.retention_days,
                api_requests_per_minute = EXCLUDED.api_requests_per_minute,
                pipeline_minutes = EXCLUDED.pipeline_minutes,
                discount_percent = EXCLUDED.discount_percent
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid>("account", accountId),
                new NpgsqlParameter<int?>("workflows", limits.Workflows),
                new NpgsqlParameter<int?>("connections", limits.Connections),
                new NpgsqlParameter<int?>("runs_per_day", limits.RunsPerDay),
                new NpgsqlParameter<int?>("concurrent_runs", limits.ConcurrentRuns),
                new NpgsqlParameter<int?>("retention_days", limits.RetentionDays),
                new NpgsqlParameter<int?>("api_requests", limits.ApiRequestsPerMinute),
                new NpgsqlParameter<int?>("pipeline_minutes", limits.PipelineMinutes),
                new NpgsqlParameter<int>("discount", limits.DiscountPercent),
            },
        };
    }

    /// <summary>Sets what the owner allows to spend. It holds from the next accepted run on; what is on hold stays.</summary>
    public async Task SetCapsAsync(Guid accountId, SpendCaps caps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caps);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO account_limits (account_id, run_cap_cents, month_cap_cents, low_balance_cents)
            VALUES (@account, @run, @month, @low)
            ON CONFLICT (account_id) DO UPDATE
            SET run_cap_cents = EXCLUDED.run_cap_cents,
                month_cap_cents = EXCLUDED.month_cap_cents,
                low_balance_cents = EXCLUDED.low_balance_cents
            """;
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.Add(new NpgsqlParameter<long?>("run", caps.RunCents));
        command.Parameters.Add(new NpgsqlParameter<long?>("month", caps.MonthCents));
        command.Parameters.AddWithValue("low", caps.LowBalanceCents);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Caps a workflow's spending per UTC month in US cents; null takes the cap away.</summary>
    /// <returns>False when the account has no such workflow.</returns>
    public async Task<bool> SetWorkflowCapAsync(Guid accountId, string workflowId, long? monthCents, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // No run of the account is accepted or settled while its spending is counted.
        await LockedAccounts.LockAsync(connection, transaction, accountId, cancellationToken);
        var found = await WorkflowCaps.SetAsync(connection, transaction, accountId, workflowId, monthCents, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return found;
    }

    /// <summary>What the plan allows; no limits when the account has none.</summary>
    public async Task<PlanLimits> PlanAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Allowances.ReadCommand([accountId]) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return (await Allowances.ReadAsync(reader, cancellationToken)).Of(accountId).Plan;
    }

    /// <summary>Null when there is no such account.</summary>
    public async Task<AccountUse?> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    """
                    SELECT spend_month, month_cents, runs_day, day_runs, now()
                    FROM accounts
                    WHERE id = @account
                    """) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } },
                Allowances.ReadCommand([accountId]),
                WorkflowCaps.ListCommand(accountId),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var now = reader.GetFieldValue<DateTimeOffset>(4);
        var spending = new Spending(
            reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1), reader.GetFieldValue<DateOnly>(2), reader.GetInt32(3)).At(now);

        await reader.NextResultAsync(cancellationToken);
        var allowance = (await Allowances.ReadAsync(reader, cancellationToken)).Of(accountId);
        await reader.NextResultAsync(cancellationToken);
        var workflows = new List<WorkflowCap>();
        while (await reader.ReadAsync(cancellationToken))
        {
            workflows.Add(new WorkflowCap(
                reader.GetString(0), reader.GetInt64(1),
                reader.GetFieldValue<DateOnly>(2) == Spending.MonthOf(now) ? reader.GetInt64(3) : 0));
        }
        return new AccountUse(allowance.Plan, allowance.Caps, spending.MonthCents, spending.DayRuns, workflows);
    }
}
