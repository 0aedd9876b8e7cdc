using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>What an account wants done when its balance runs low. US cents.</summary>
/// <param name="ThresholdCents">A balance below it is topped up.</param>
/// <param name="AmountCents">By how much.</param>
/// <param name="MonthCapCents">What all automatic top-ups of a month (UTC) may cost together.</param>
/// <param name="StoppedBy">Why the server has switched it off; null when its owner did, or it is on.</param>
public sealed record AutoTopUpSettings(bool IsOn, long ThresholdCents, long AmountCents, long MonthCapCents, string? StoppedBy = null)
{
    private const long LeastThreshold = 100;
    private const long MostThreshold = 50_000;
    private const long MostMonthCap = 1_000_000;

    /// <summary>What the form proposes.</summary>
    internal static AutoTopUpSettings Proposal { get; } = new(IsOn: false, 500, 2500, 10_000);

    /// <summary>What cannot be meant, field by field.</summary>
    internal IEnumerable<FieldError> Errors()
    {
        if (ThresholdCents is < LeastThreshold or > MostThreshold)
            yield return new FieldError("thresholdCents", $"The threshold must be {Money.Text(LeastThreshold)} to {Money.Text(MostThreshold)}.");
        if (AmountCents is < Checkout.LeastCents or > Checkout.MostCents)
            yield return new FieldError("amountCents", $"The amount must be {Money.Text(Checkout.LeastCents)} to {Money.Text(Checkout.MostCents)}.");
        if (MonthCapCents < AmountCents || MonthCapCents > MostMonthCap)
            yield return new FieldError("monthCapCents", $"The most in a month must be at least one top-up, and at most {Money.Text(MostMonthCap)}.");
    }
}
