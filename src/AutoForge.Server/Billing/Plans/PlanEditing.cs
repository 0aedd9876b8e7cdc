using AutoForge.Engine.Limits;
using AutoForge.Engine.Storage;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Billing.Plans;

/// <summary>Changes plans. Their accounts get the new limits soon after, one by one.</summary>
internal sealed class PlanEditing(Database database)
{
    private const int MostCents = 1_000_000;
    private const int MostName = 40;

    /// <exception cref="NotFoundException">There is no such plan.</exception>
    /// <exception cref="InvalidInputException">With every field that will not do.</exception>
    public async Task<Plan> UpdateAsync(string id, PlanChange change, CancellationToken cancellationToken)
    {
        var plan = Check(id, change);
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        if (!await PlanTable.UpdateAsync(transaction, plan, cancellationToken))
            throw new NotFoundException();
        await transaction.ExecuteAsync(
            """
            UPDATE subscriptions
            SET settled = false
            WHERE plan_id = @plan
            """, cancellationToken, ("plan", id));
        await transaction.CommitAsync(cancellationToken);
        return plan;
    }

    private static Plan Check(string id, PlanChange change)
    {
        var errors = new List<FieldError>();
        Require(change.Name?.Trim() is { Length: > 0 and <= MostName }, "name", $"The name must be 1 to {MostName} characters.");
        Require(change.PriceCents is >= 0 and <= MostCents, "priceCents", "The price must be $0 to $10,000 per month.");
        Require(id != Plan.Free || change.PriceCents == 0, "priceCents", "The free plan costs nothing.");
        Require(change.IncludedCreditCents is >= 0 and <= MostCents, "includedCreditCents", "The included credit must be $0 to $10,000.");
        Require(change.DiscountPercent is >= 0 and <= 100, "discountPercent", "The discount must be 0 to 100 percent.");
        foreach (var (name, value, least) in Limits(change))
            Require(value is null || value >= least, name, $"'{name}' must be {least} or more; leave it out for no limit.");
        if (errors.Count > 0)
            throw new InvalidInputException(errors);
        return new Plan(
            id, change.Name!.Trim(), change.PriceCents, change.IncludedCreditCents,
            new PlanLimits(change.Workflows, change.Connections, change.RunsPerDay, change.ConcurrentRuns, change.RetentionDays,
                change.ApiRequestsPerMinute, change.PipelineMinutes, change.DiscountPercent),
            string.IsNullOrWhiteSpace(change.StripePriceId) ? null : change.StripePriceId.Trim());

        void Require(bool isRight, string field, string message)
        {
            if (!isRight)
                errors.Add(new FieldError(field, message));
        }
    }

    private static (string Name, int? Value, int Least)[] Limits(PlanChange change) =>
    [
        ("workflows", change.Workflows, 0), ("connections", change.Connections, 0), ("runsPerDay", change.RunsPerDay, 0),
        ("concurrentRuns", change.ConcurrentRuns, 1), ("retentionDays", change.RetentionDays, 1),
        ("apiRequestsPerMinute", change.ApiRequestsPerMinute, 1), ("pipelineMinutes", change.PipelineMinutes, 0),
    ];
}
