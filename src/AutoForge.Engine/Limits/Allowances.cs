using Npgsql;

namespace AutoForge.Engine.Limits;

/// <summary>What an account may do and spend.</summary>
internal sealed record Allowance(PlanLimits Plan, SpendCaps Caps)
{
    public static Allowance Unlimited { get; } = new(PlanLimits.None, SpendCaps.None);
}

/// <summary>The allowances of the accounts of one transaction.</summary>
internal sealed class Allowances
{
    private readonly Dictionary<Guid, Allowance> _byAccount = [];

    /// <summary>Reads them. Run it after the accounts are locked: who changes a cap wants it to hold for the next run.</summary>
    public static NpgsqlBatchCommand ReadCommand(IEnumerable<Guid> accountIds) => new(
        """
        SELECT account_id, workflows, connections, runs_per_day, concurrent_runs, retention_days,
               api_requests_per_minute, pipeline_minutes, discount_percent, run_cap_cents, month_cap_cents, low_balance_cents
        FROM account_limits
        WHERE account_id = ANY (@ids)
        """)
    {
        Parameters = { new NpgsqlParameter<Guid[]>("ids", accountIds.Distinct().ToArray()) },
    };

    public static async ValueTask<Allowances> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var allowances = new Allowances();
        while (await reader.ReadAsync(cancellationToken))
            allowances.PutRow(reader);
        return allowances;
    }

    /// <summary>As <see cref="ReadAsync"/>, for a thread that waits.</summary>
    public static Allowances Read(NpgsqlDataReader reader)
    {
        var allowances = new Allowances();
        while (reader.Read())
            allowances.PutRow(reader);
        return allowances;
    }

    private void PutRow(NpgsqlDataReader row)
    {
        _byAccount[row.GetGuid(0)] = new Allowance(
            new PlanLimits(Int(1), Int(2), Int(3), Int(4), Int(5), Int(6), Int(7), row.GetInt32(8)),
            new SpendCaps(Long(9), Long(10), row.GetInt64(11)));

        int? Int(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
        long? Long(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }

    public Allowance Of(Guid accountId) => _byAccount.GetValueOrDefault(accountId, Allowance.Unlimited);
}
