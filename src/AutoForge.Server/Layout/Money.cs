using System.Globalization;

namespace AutoForge.Server.Layout;

/// <summary>How amounts are written for people.</summary>
internal static class Money
{
    /// <param name="cents">US cents.</param>
    public static string Text(long cents) =>
        (cents < 0 ? "−$" : "$") + (Math.Abs((decimal)cents) / 100).ToString("#,##0.00", CultureInfo.InvariantCulture);
}
