using System.Globalization;

namespace AutoForge.Server.Layout.Forms;

/// <summary>Amounts of money as people type them.</summary>
internal static class DollarText
{
    /// <summary>For a message beside the field.</summary>
    public const string Advice = "Write an amount in dollars, such as 5 or 5.00.";

    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign;

    // Far above every limit, and far below what 64 bits of cents hold.
    private const decimal Most = 1_000_000_000;

    /// <summary>False when it is no amount of whole cents.</summary>
    /// <param name="cents">US cents; null when nothing was typed.</param>
    public static bool TryRead(string? typed, out long? cents)
    {
        cents = null;
        var text = typed?.Trim().TrimStart('$') ?? "";
        if (text.Length == 0)
            return true;
        if (!decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out var dollars) || Math.Abs(dollars) > Most || dollars * 100 % 1 != 0)
            return false;
        cents = (long)(dollars * 100);
        return true;
    }

    /// <summary>What a field shows; nothing for null.</summary>
    /// <param name="cents">US cents.</param>
    public static string? Of(long? cents) => cents is { } known ? (known / 100m).ToString("0.00", CultureInfo.InvariantCulture) : null;
}
