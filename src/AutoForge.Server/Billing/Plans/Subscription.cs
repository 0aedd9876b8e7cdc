namespace AutoForge.Server.Billing.Plans;

/// <summary>Which plan an account is on.</summary>
/// <param name="Status"><c>active</c>, <c>past_due</c> (a payment failed and the grace period runs) or <c>ended</c>.</param>
/// <param name="StripeId">Null when nothing is paid for.</param>
/// <param name="CurrentPeriodEnd">When the next payment is due, or the plan ends.</param>
/// <param name="GraceUntil">Until when a failed payment can be made good.</param>
/// <param name="PausedWorkflows">How many were switched off when the account came to a smaller plan.</param>
public sealed record Subscription(
    string PlanId, string Status, string? StripeId = null, DateTimeOffset? CurrentPeriodEnd = null,
    bool CancelAtPeriodEnd = false, DateTimeOffset? GraceUntil = null, int PausedWorkflows = 0)
{
    public const string Active = "active";
    public const string PastDue = "past_due";
    public const string Ended = "ended";

    /// <summary>Of an account that has never subscribed.</summary>
    public static Subscription OfFree { get; } = new(Plan.Free, Active);

    /// <summary>Whether the payment provider goes on asking for money.</summary>
    public bool IsPaidFor => StripeId is not null && Status != Ended;
}
