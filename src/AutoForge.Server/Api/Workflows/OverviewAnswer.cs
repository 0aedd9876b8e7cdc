using AutoForge.Engine.Workflows;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Api.Workflows;

/// <param name="PublishedVersion">The version that triggers start; null = switched off.</param>
/// <param name="PublishedPriceCents">US cents per successful run as it is published; null = switched off.</param>
/// <param name="DraftPriceCents">US cents per successful run of the latest version.</param>
/// <param name="IsDraft">Whether the latest version has not been published.</param>
internal sealed record OverviewAnswer(
    string DefinitionId, string Name, int Version, int? PublishedVersion, int? PublishedPriceCents, int DraftPriceCents, bool IsDraft,
    IReadOnlyList<OverviewAnswer.Trigger> Triggers, IReadOnlyList<OverviewAnswer.Problem> Problems)
{
    public static OverviewAnswer From(WorkflowOverview overview, PublicAddress address) => new(
        overview.Latest.DefinitionId, overview.Latest.Name, overview.Latest.Version, overview.Latest.PublishedVersion,
        overview.PublishedPriceCents, overview.Latest.PriceCents, overview.IsDraft,
        [.. overview.Triggers.Select(trigger => Trigger.From(trigger, address))],
        [.. overview.Problems.Select(problem => new Problem(problem.ActivityId, problem.Field, problem.Message))]);

    /// <param name="Url">Webhooks that were published before: the address to call.</param>
    /// <param name="NextDue">Schedules: the next times.</param>
    internal sealed record Trigger(
        string Type, string ActivityId, string Name, bool IsOn, string? Url, IReadOnlyList<string> Methods, bool IsSigned,
        string? Schedule, string? TimeZone, IReadOnlyList<DateTimeOffset> NextDue)
    {
        public static Trigger From(TriggerOverview trigger, PublicAddress address) => new(
            trigger.Kind, trigger.ActivityId, trigger.Name, trigger.IsOn, address.HookUrl(trigger.Token), trigger.Methods, trigger.IsSigned,
            trigger.Schedule?.Description, trigger.Schedule?.TimeZone, trigger.Schedule?.NextDue ?? []);
    }

    internal sealed record Problem(string ActivityId, string Field, string Message);
}
