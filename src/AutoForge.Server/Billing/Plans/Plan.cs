using AutoForge.Engine.Limits;

namespace AutoForge.Server.Billing.Plans;

/// <summary>What an account can subscribe to. Prices are US cents per month.</summary>
/// <param name="IncludedCreditCents">Credit that each paid month brings.</param>
/// <param name="StripePriceId">In the payment provider's price list; null = the price is named in each checkout.</param>
public sealed record Plan(
    string Id, string Name, int PriceCents, int IncludedCreditCents, PlanLimits Limits, string? StripePriceId)
{
    public const string Free = "free";

    public bool IsFree => PriceCents == 0;
}
