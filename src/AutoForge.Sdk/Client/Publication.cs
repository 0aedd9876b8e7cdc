namespace AutoForge.Client;

/// <summary>The answer to publishing.</summary>
/// <param name="DefinitionId">The workflow.</param>
/// <param name="Version">The version that triggers start from now on.</param>
/// <param name="PriceCents">US cents that a successful run costs.</param>
/// <param name="PreviousPriceCents">US cents of the version that was published before; null when none was.</param>
/// <param name="Triggers">What starts runs now.</param>
public sealed record Publication(
    string DefinitionId, int Version, int PriceCents, int? PreviousPriceCents, IReadOnlyList<PublishedTrigger> Triggers);

/// <summary>How a published trigger is reached.</summary>
/// <param name="Type"><c>webhook</c>, <c>schedule</c> or <c>manual</c>.</param>
/// <param name="ActivityId">The trigger's activity.</param>
/// <param name="Url">Webhooks: the address to call; whoever knows it can start runs. Null for others.</param>
/// <param name="NextDueAt">Schedules: the next time. Null for others.</param>
public sealed record PublishedTrigger(string Type, string ActivityId, Uri? Url, DateTimeOffset? NextDueAt);
