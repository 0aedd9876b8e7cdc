using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>What the list of runs is narrowed to, as its address says it. What makes no sense narrows nothing.</summary>
/// <param name="Workflow">Definition id.</param>
/// <param name="Period"><c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Q">Text in run id, correlation id, name or fault.</param>
public sealed record RunListFilter(string? Status, string? Workflow, string? Period, string? Q)
{
    public bool IsEmpty => string.IsNullOrEmpty(Status) && string.IsNullOrEmpty(Workflow) && string.IsNullOrEmpty(Period) && string.IsNullOrEmpty(Q);

    internal RunFilter At(DateTimeOffset now) => new(
        Enum.TryParse<RunStatus>(Status, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null,
        string.IsNullOrEmpty(Workflow) ? null : Workflow,
        From: Days is { } days ? now - TimeSpan.FromDays(days) : null,
        Text: string.IsNullOrWhiteSpace(Q) ? null : Q);

    private int? Days => Period switch
    {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        _ => null,
    };

    /// <summary>The address of the page that goes on after a run.</summary>
    internal string After(string cursor) => "/runs" + QueryString.Create(
        new[] { ("status", Status), ("workflow", Workflow), ("period", Period), ("q", Q), ("cursor", cursor) }
            .Where(part => !string.IsNullOrEmpty(part.Item2))
            .Select(part => KeyValuePair.Create(part.Item1, part.Item2)));
}
