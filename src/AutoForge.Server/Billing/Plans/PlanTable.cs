using AutoForge.Engine.Limits;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Server.Billing.Plans;

/// <summary>The plans, which are data: few rows, read as they are needed.</summary>
internal sealed class PlanTable(Database database)
{
    private const string Select =
        """
        SELECT id, name, price_cents, included_credit_cents, workflows, connections, runs_per_day, concurrent_runs,
               retention_days, api_requests_per_minute, pipeline_minutes, discount_percent, stripe_price_id
        FROM plans
        """;

    /// <summary>Cheapest first.</summary>
    public async Task<IReadOnlyList<Plan>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(Select + "\nORDER BY position");
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Null when there is no such plan.</summary>
    public async Task<Plan?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(plan => plan.Id == id);

    public static async Task<IReadOnlyList<Plan>> ListAsync(BillingTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Select + "\nORDER BY position");
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>False when there is no such plan.</summary>
    public static async Task<bool> UpdateAsync(BillingTransaction transaction, Plan plan, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            UPDATE plans
            SET name = @name,
                price_cents = @price,
                included_credit_cents = @credit,
                workflows = @workflows,
                connections = @connections,
                runs_per_day = @runs_per_day,
                concurrent_runs = @concurrent_runs,
                retention_days = @retention_days,
                api_requests_per_minute = @api_requests,
                pipeline_minutes = @pipeline_minutes,
                discount_percent = @discount,
                stripe_price_id = @stripe_price
            WHERE id = @id
            """, cancellationToken,
            ("id", plan.Id), ("name", plan.Name), ("price", plan.PriceCents), ("credit", plan.IncludedCreditCents),
            ("workflows", plan.Limits.Workflows), ("connections", plan.Limits.Connections), ("runs_per_day", plan.Limits.RunsPerDay),
            ("concurrent_runs", plan.Limits.ConcurrentRuns), ("retention_days", plan.Limits.RetentionDays),
            ("api_requests", plan.Limits.ApiRequestsPerMinute), ("pipeline_minutes", plan.Limits.PipelineMinutes),
            ("discount", plan.Limits.DiscountPercent), ("stripe_price", plan.StripePriceId)) == 1;

    private static async Task<IReadOnlyList<Plan>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var plans = new List<Plan>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            plans.Add(new Plan(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3),
                new PlanLimits(Int(4), Int(5), Int(6), Int(7), Int(8), Int(9), Int(10), reader.GetInt32(11)),
                reader.IsDBNull(12) ? null : reader.GetString(12)));
        }
        return plans;

        int? Int(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
    }
}
