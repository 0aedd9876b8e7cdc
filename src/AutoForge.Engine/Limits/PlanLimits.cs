namespace AutoForge.Engine.Limits;

/// <summary>What an account's plan allows. Null = no limit.</summary>
/// <param name="Workflows">Workflows that are switched on at a time.</param>
/// <param name="Connections">Stored connections.</param>
/// <param name="RunsPerDay">Runs accepted in a UTC day, whatever became of them.</param>
/// <param name="ConcurrentRuns">Runs under way at a time; further ones wait in the queue.</param>
/// <param name="RetentionDays">How long finished runs are kept.</param>
/// <param name="ApiRequestsPerMinute">Requests to the API.</param>
/// <param name="PipelineMinutes">Compute minutes in a month.</param>
/// <param name="DiscountPercent">Off the price of a run, which never falls below the least price.</param>
public sealed record PlanLimits(
    int? Workflows = null,
    int? Connections = null,
    int? RunsPerDay = null,
    int? ConcurrentRuns = null,
    int? RetentionDays = null,
    int? ApiRequestsPerMinute = null,
    int? PipelineMinutes = null,
    int DiscountPercent = 0)
{
    /// <summary>An account without a plan.</summary>
    public static PlanLimits None { get; } = new();

    /// <summary>The price of a run under this plan, in US cents; a fraction of a cent is the user's.</summary>
    public int Discounted(int priceCents, int leastCents) =>
        Math.Max(priceCents * (100 - DiscountPercent) / 100, Math.Min(priceCents, leastCents));
}
