using System.Globalization;
using AutoForge.Engine.Ledger;

namespace AutoForge.Server.Billing.Statements;

/// <summary>What somebody has chosen above the list of entries. Days are UTC and both belong to the list.</summary>
public sealed record LedgerPageFilter
{
    public string? Type { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? RunId { get; init; }

    /// <summary>Every type, with what people read for it.</summary>
    public static IReadOnlyList<(string Value, string Text)> Types { get; } =
    [
        (EntryType.Topup, "Top-up"), (EntryType.Grant, "Credit given"), (EntryType.Hold, "Put on hold"), (EntryType.Consume, "Charged"),
        (EntryType.Release, "Hold released"), (EntryType.Refund, "Run refunded"), (EntryType.Adjustment, "Adjustment"), (EntryType.Dispute, "Dispute"),
    ];

    public static string NameOf(string type) => Types.FirstOrDefault(known => known.Value == type).Text ?? type;

    public bool IsEmpty => string.IsNullOrEmpty(Type) && string.IsNullOrEmpty(From) && string.IsNullOrEmpty(To) && string.IsNullOrEmpty(RunId);

    /// <summary>A date that is none narrows nothing; an id that is none finds nothing.</summary>
    internal LedgerFilter ToFilter() => new(
        string.IsNullOrWhiteSpace(RunId) ? null : Guid.TryParse(RunId.Trim(), out var id) ? id : Guid.Empty,
        string.IsNullOrEmpty(Type) ? null : Type,
        Day(From),
        Day(To)?.AddDays(1));

    /// <summary>The same choice at another address.</summary>
    internal string At(string path, long? cursor = null) => path + QueryString.Create(
        new Dictionary<string, string?>
        {
            ["type"] = Type,
            ["from"] = From,
            ["to"] = To,
            ["runId"] = RunId,
            ["cursor"] = cursor?.ToString(CultureInfo.InvariantCulture),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));

    private static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : null;
}
