using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout.Forms;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>The settings as the page's form has them, in dollars.</summary>
public sealed record AutoTopUpForm(string? Threshold, string? Amount, string? MonthCap)
{
    internal static AutoTopUpForm Of(AutoTopUpSettings settings) =>
        new(DollarText.Of(settings.ThresholdCents), DollarText.Of(settings.AmountCents), DollarText.Of(settings.MonthCapCents));

    /// <summary>Switched on.</summary>
    /// <exception cref="InvalidInputException">With every field that will not do.</exception>
    internal AutoTopUpSettings ToSettings()
    {
        var errors = new List<FieldError>();
        var settings = new AutoTopUpSettings(IsOn: true, Read("thresholdCents", Threshold), Read("amountCents", Amount), Read("monthCapCents", MonthCap));
        // What is no amount at all needs no second message.
        errors.AddRange(settings.Errors().Where(error => errors.TrueForAll(known => known.Field != error.Field)).ToList());
        return errors.Count == 0 ? settings : throw new InvalidInputException(errors);

        long Read(string field, string? typed)
        {
            if (DollarText.TryRead(typed, out var cents) && cents is { } known)
                return known;
            errors.Add(new FieldError(field, DollarText.Advice));
            return 0;
        }
    }
}
