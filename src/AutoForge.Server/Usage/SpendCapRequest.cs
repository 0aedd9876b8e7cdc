using AutoForge.Engine.Limits;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Usage;

/// <summary>Caps as somebody sets them. US cents; null = no cap.</summary>
/// <param name="LowBalanceCents">Null = the default, 0 = no warning.</param>
internal sealed record SpendCapRequest(long? RunCents, long? MonthCents, long? LowBalanceCents)
{
    private const long MostCents = 10_000_000;

    /// <exception cref="InvalidInputException">One or more are out of range.</exception>
    public SpendCaps ToCaps()
    {
        List<FieldError> errors = [.. Check("runCents", RunCents), .. Check("monthCents", MonthCents), .. Check("lowBalanceCents", LowBalanceCents)];
        return errors.Count == 0
            ? new SpendCaps(RunCents, MonthCents, LowBalanceCents ?? SpendCaps.DefaultLowBalanceCents)
            : throw new InvalidInputException(errors);
    }

    /// <summary>What is wrong with an amount, if anything.</summary>
    public static IEnumerable<FieldError> Check(string field, long? cents) =>
        cents is < 0 or > MostCents ? [new FieldError(field, "The amount must be $0 to $100,000.")] : [];
}
