namespace AutoForge.Server.Billing.Plans;

/// <summary>What a plan is to be from now on. Null limit = none.</summary>
/// <param name="PriceCents">US cents per month; of new subscriptions, unless the provider's price list names it.</param>
internal sealed record PlanChange(
    string? Name, int PriceCents, int IncludedCreditCents, int? Workflows, int? Connections, int? RunsPerDay, int? ConcurrentRuns,
    int? RetentionDays, int? ApiRequestsPerMinute, int? PipelineMinutes, int DiscountPercent, string? StripePriceId);
