using System.Globalization;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Amounts as people type them.</summary>
internal static class Dollars
{
    private const decimal Most = 1_000_000;

    /// <summary>US cents; null when it is no amount of whole cents.</summary>
    public static long? ToCents(string? typed)
    {
        const NumberStyles plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (!decimal.TryParse(typed?.Trim().TrimStart('$'), plain, CultureInfo.InvariantCulture, out var dollars) || dollars is < 0 or > Most)
            return null;
        var cents = dollars * 100;
        return cents == decimal.Truncate(cents) ? (long)cents : null;
    }
}
