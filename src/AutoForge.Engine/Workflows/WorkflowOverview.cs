using AutoForge.Engine.Triggers.Schedules;

namespace AutoForge.Engine.Workflows;

/// <summary>What the owner of a workflow wants to know besides its drawing: what it costs, how it starts, what keeps it from being published.</summary>
/// <param name="Latest">The latest version; its price is what the draft would cost.</param>
/// <param name="PublishedPriceCents">US cents per successful run as triggers start it today; null = switched off.</param>
/// <param name="Triggers">Of the latest version, in the order of the drawing.</param>
/// <param name="Problems">Why the latest version cannot be published; empty = it can.</param>
public sealed record WorkflowOverview(
    WorkflowView Latest, int? PublishedPriceCents, IReadOnlyList<TriggerOverview> Triggers, IReadOnlyList<WorkflowProblem> Problems)
{
    /// <summary>Whether the latest version has not been published as it is.</summary>
    public bool IsDraft => !Latest.IsPublished;
}

/// <summary>A trigger activity of the latest version.</summary>
/// <param name="Kind"><c>webhook</c>, <c>schedule</c>, <c>manual</c>.</param>
/// <param name="Token">Webhooks that were published before: the last part of the address.</param>
/// <param name="IsOn">Whether it starts runs now.</param>
/// <param name="Methods">Webhooks: the HTTP methods that start a run now, or will.</param>
/// <param name="IsSigned">Webhooks: whether calls need a signature.</param>
/// <param name="Schedule">Schedules without problems.</param>
public sealed record TriggerOverview(
    string ActivityId, string Name, string Kind, string? Token, bool IsOn, IReadOnlyList<string> Methods, bool IsSigned, ScheduleOverview? Schedule);

/// <summary>When a schedule is due.</summary>
/// <param name="Description">Plain English, such as "every day at 09:00 Europe/Berlin".</param>
/// <param name="NextDue">The next five times at most, with the offset of the schedule's zone.</param>
public sealed record ScheduleOverview(string Description, string TimeZone, IReadOnlyList<DateTimeOffset> NextDue)
{
    private const int Shown = 5;

    internal static ScheduleOverview Of(ScheduleRule rule, DateTimeOffset now)
    {
        var due = new List<DateTimeOffset>(Shown);
        for (var next = rule.NextAfter(now); next is { } at && due.Count < Shown; next = rule.NextAfter(at))
            due.Add(rule.InZone(at));
        return new ScheduleOverview(rule.Describe(), rule.Zone.Id, due);
    }
}
