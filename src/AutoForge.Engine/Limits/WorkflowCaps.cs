using AutoForge.Engine.Ledger;
using Npgsql;

namespace AutoForge.Engine.Limits;

/// <summary>
/// The caps of the workflows of one transaction. Their rows are only touched while the account is locked, so they are
/// decided on in memory and written back once.
/// </summary>
internal sealed class WorkflowCaps
{
    private readonly Dictionary<(Guid AccountId, string WorkflowId), Counter> _counters = [];

    public static NpgsqlBatchCommand ReadCommand(IReadOnlyCollection<(Guid AccountId, string WorkflowId)> workflows) => new(
        """
        SELECT c.account_id, c.workflow_id, c.month_cap_cents, c.spend_month, c.month_cents
        FROM unnest(@accounts, @workflows) AS q (account_id, workflow_id)
        JOIN workflow_caps AS c ON c.account_id = q.account_id AND c.workflow_id = q.workflow_id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", workflows.Select(w => w.AccountId).ToArray()),
            new NpgsqlParameter<string[]>("workflows", workflows.Select(w => w.WorkflowId).ToArray()),
        },
    };

    public static NpgsqlBatchCommand ListCommand(Guid accountId) => new(
        """
        SELECT workflow_id, month_cap_cents, spend_month, month_cents
        FROM workflow_caps
        WHERE account_id = @account
        ORDER BY workflow_id
        """)
    {
        Parameters = { new NpgsqlParameter<Guid>("account", accountId) },
    };

    public static WorkflowCaps Read(NpgsqlDataReader reader)
    {
        var caps = new WorkflowCaps();
        while (reader.Read())
        {
            caps._counters[(reader.GetGuid(0), reader.GetString(1))] =
                new Counter(reader.GetInt64(2), reader.GetFieldValue<DateOnly>(3), reader.GetInt64(4), false);
        }
        return caps;
    }

    /// <summary>The cap, and what would be spent after one more run; null = the workflow has no cap.</summary>
    public (long CapCents, long AfterCents)? With(Guid accountId, string workflowId, long cents, DateTimeOffset now) =>
        _counters.TryGetValue((accountId, workflowId), out var counter)
            ? (counter.CapCents, counter.At(Spending.MonthOf(now)).Cents + cents)
            : null;

    /// <summary>Counts a run that is accepted.</summary>
    public void Add(Guid accountId, string workflowId, long cents, DateTimeOffset now)
    {
        if (_counters.TryGetValue((accountId, workflowId), out var counter))
        {
            counter = counter.At(Spending.MonthOf(now));
            _counters[(accountId, workflowId)] = counter with { Cents = counter.Cents + cents, Changed = true };
        }
    }

    public void AddTo(NpgsqlBatch batch)
    {
        var changed = _counters.Where(c => c.Value.Changed).ToArray();
        if (changed.Length == 0)
            return;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            UPDATE workflow_caps AS c
            SET spend_month = n.month,
                month_cents = n.cents
            FROM unnest(@accounts, @workflows, @months, @cents) AS n (account_id, workflow_id, month, cents)
            WHERE c.account_id = n.account_id
              AND c.workflow_id = n.workflow_id
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", Array.ConvertAll(changed, c => c.Key.AccountId)),
                new NpgsqlParameter<string[]>("workflows", Array.ConvertAll(changed, c => c.Key.WorkflowId)),
                new NpgsqlParameter<DateOnly[]>("months", Array.ConvertAll(changed, c => c.Value.Month)),
                new NpgsqlParameter<long[]>("cents", Array.ConvertAll(changed, c => c.Value.Cents)),
            },
        });
    }

    /// <summary>Takes runs that cost nothing after all out of the count of the month they were accepted in. Their accounts are locked.</summary>
    public static NpgsqlBatchCommand ReleaseCommand(Guid[] accountIds, Guid[] runIds) => new(
        """
        UPDATE workflow_caps AS c
        SET month_cents = c.month_cents - r.cents
        FROM (
            SELECT r.account_id, r.workflow_id, date_trunc('month', r.accepted_at AT TIME ZONE 'UTC')::date AS month,
                   SUM(r.price_cents) AS cents
            FROM unnest(@accounts, @runs) AS q (account_id, run_id)
            JOIN runs AS r ON r.account_id = q.account_id AND r.id = q.run_id
            GROUP BY 1, 2, 3
        ) AS r
        WHERE c.account_id = r.account_id
          AND c.workflow_id = r.workflow_id
          AND c.spend_month = r.month
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<Guid[]>("runs", runIds),
        },
    };

    /// <summary>The account is locked. What the month's runs have cost so far is counted once, here.</summary>
    public static async Task<bool> SetAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string workflowId, long? monthCents,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            monthCents is null
                ? """
                  WITH gone AS (
                      DELETE FROM workflow_caps
                      WHERE account_id = @account AND workflow_id = @workflow
                  )
                  SELECT EXISTS (SELECT FROM workflows WHERE account_id = @account AND id = @workflow AND deleted_at IS NULL)
                  """
                : """
                  WITH month AS (
                      SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AS start
                  ),
                  capped AS (
                      INSERT INTO workflow_caps (account_id, workflow_id, month_cap_cents, spend_month, month_cents)
                      SELECT w.account_id, w.id, @cap, m.start::date, COALESCE((
                          SELECT SUM(r.price_cents)
                          FROM runs AS r
                          WHERE r.account_id = w.account_id
                            AND r.workflow_id = w.id
                            AND r.accepted_at >= m.start AT TIME ZONE 'UTC'
                            AND r.status IN ('Queued', 'Running', 'Waiting', 'Succeeded')), 0)
                      FROM workflows AS w, month AS m
                      WHERE w.account_id = @account
                        AND w.id = @workflow
                        AND w.deleted_at IS NULL
                      ON CONFLICT (account_id, workflow_id) DO UPDATE
                      SET month_cap_cents = EXCLUDED.month_cap_cents,
                          spend_month = EXCLUDED.spend_month,
                          month_cents = EXCLUDED.month_cents
                      RETURNING workflow_id
                  )
                  SELECT EXISTS (SELECT FROM capped)
                  """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", workflowId);
        if (monthCents is { } cap)
            command.Parameters.AddWithValue("cap", cap);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private readonly record struct Counter(long CapCents, DateOnly Month, long Cents, bool Changed)
    {
        public Counter At(DateOnly month) => month > Month ? this with { Month = month, Cents = 0 } : this;
    }
}
