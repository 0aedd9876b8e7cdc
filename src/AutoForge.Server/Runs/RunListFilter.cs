using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>What the list of runs is narrowed to, as its address says it. What makes no sense narrows nothing.</summary>
public sealed record RunListFilter
{
    public string? Status { get; init; }

    /// <summary>Definition id.</summary>
    public string? Workflow { get; init; }

    /// <summary><c>day</c>, <c>week</c> or <c>month</c>.</summary>
    public string? Period { get; init; }

    /// <summary>Text in run id, correlation id, name or fault.</summary>
    public string? Q { get; init; }

    /// <summary>The first day of the list, such as <c>2026-03-29</c>, where its reader lives.</summary>
    public string? From { get; init; }

    /// <summary>The last day.</summary>
    public string? To { get; init; }

    public bool IsEmpty => Parts.All(part => string.IsNullOrEmpty(part.Value));

    private IEnumerable<(string Name, string? Value)> Parts =>
        [("status", Status), ("workflow", Workflow), ("period", Period), ("from", From), ("to", To), ("q", Q)];

    /// <param name="zone">Of the reader.</param>
    internal RunFilter At(DateTimeOffset now, TimeZoneInfo zone) => new(
        Enum.TryParse<RunStatus>(Status, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null,
        string.IsNullOrEmpty(Workflow) ? null : Workflow,
        From: Later(Days is { } days ? now - TimeSpan.FromDays(days) : null, DayFilter.Start(From, zone)),
        To: DayFilter.Start(To, zone, daysLater: 1),
        Text: string.IsNullOrWhiteSpace(Q) ? null : Q);

    // Both narrow.
    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private int? Days => Period switch
    {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        _ => null,
    };

    /// <summary>The address of the page that goes on after a run.</summary>
    internal string After(string cursor) => "/runs" + QueryString.Create(
        Parts.Append((Name: "cursor", Value: cursor))
            .Where(part => !string.IsNullOrEmpty(part.Value))
            .Select(part => KeyValuePair.Create(part.Name, part.Value)));
}
