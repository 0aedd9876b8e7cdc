namespace AutoForge.Server.Billing.Plans;

/// <summary>A plan as it goes over the wire, both ways. Null limit = none.</summary>
/// <param name="PriceCents">US cents per month.</param>
/// <param name="DiscountPercent">Off the price of every run.</param>
internal sealed record PlanAnswer(
    string Id, string Name, int PriceCents, int IncludedCreditCents, int? Workflows, int? Connections, int? RunsPerDay, int? ConcurrentRuns,
    int? RetentionDays, int? ApiRequestsPerMinute, int? PipelineMinutes, int DiscountPercent)
{
    public static PlanAnswer From(Plan plan) => new(
        plan.Id, plan.Name, plan.PriceCents, plan.IncludedCreditCents, plan.Limits.Workflows, plan.Limits.Connections, plan.Limits.RunsPerDay,
        plan.Limits.ConcurrentRuns, plan.Limits.RetentionDays, plan.Limits.ApiRequestsPerMinute, plan.Limits.PipelineMinutes, plan.Limits.DiscountPercent);
}
