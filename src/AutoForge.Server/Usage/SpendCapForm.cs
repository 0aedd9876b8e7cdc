using AutoForge.Engine.Limits;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout.Forms;

namespace AutoForge.Server.Usage;

/// <summary>The caps as the page's form has them, in dollars.</summary>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record SpendCapForm(string? Run, string? Month, string? LowBalance)
{
    internal static SpendCapForm Of(SpendCaps caps) =>
        new(DollarText.Of(caps.RunCents), DollarText.Of(caps.MonthCents), DollarText.Of(caps.LowBalanceCents));

    /// <exception cref="InvalidInputException">Something in it is no amount.</exception>
    internal SpendCapRequest ToRequest()
    {
        var errors = new List<FieldError>();
        var request = new SpendCapRequest(Read("runCents", Run), Read("monthCents", Month), Read("lowBalanceCents", LowBalance));
        return errors.Count == 0 ? request : throw new InvalidInputException(errors);

        long? Read(string field, string? typed)
        {
            if (!DollarText.TryRead(typed, out var cents))
                errors.Add(new FieldError(field, DollarText.Advice));
            return cents;
        }
    }
}
