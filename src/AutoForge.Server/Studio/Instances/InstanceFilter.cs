using AutoForge.Engine.Runs;

namespace AutoForge.Server.Studio.Instances;

/// <summary>How Studio describes a set of instances, in its list and when it acts on all that match.</summary>
internal record InstanceFilter
{
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);

    public string? SearchTerm { get; init; }
    public string? CorrelationId { get; init; }
    public int? Version { get; init; }
    public string? DefinitionId { get; init; }
    public IReadOnlyList<string>? DefinitionIds { get; init; }
    public bool? HasIncidents { get; init; }
    public bool? IsSystem { get; init; }
    public string? Status { get; init; }
    public IReadOnlyList<string>? Statuses { get; init; }
    public string? SubStatus { get; init; }
    public IReadOnlyList<string>? SubStatuses { get; init; }
    public IReadOnlyList<TimestampFilter>? TimestampFilters { get; init; }

    /// <summary>Null = nothing can match: there are no system runs.</summary>
    public RunCriteria? ToCriteria() => IsSystem == true ? null : new RunCriteria(
        InstanceStatus.Matching(Some(Statuses, Status), Some(SubStatuses, SubStatus), HasIncidents),
        Some(DefinitionIds, DefinitionId), Version, VersionId: null, SearchTerm, CorrelationId,
        [.. (TimestampFilters ?? []).Select(LimitOf).OfType<RunTimeLimit>()]);

    private static IReadOnlyList<string>? Some(IReadOnlyList<string>? many, string? one) =>
        many is { Count: > 0 } ? many : one is null ? null : [one];

    private static RunTimeLimit? LimitOf(TimestampFilter filter)
    {
        if (TimeOf(filter.Column) is not { } time || filter.Timestamp is not { } at)
            return null;
        // "Is" a day when no time of day is given, else a minute: nobody means a microsecond.
        var end = at + (at.TimeOfDay == TimeSpan.Zero ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(1));
        return filter.Operator?.ToUpperInvariant() switch
        {
            "IS" => new RunTimeLimit(time, at, end),
            "ISNOT" => new RunTimeLimit(time, at, end, IsOutside: true),
            "LESSTHAN" => new RunTimeLimit(time, null, at),
            "LESSTHANOREQUAL" => new RunTimeLimit(time, null, at + Tick),
            "GREATERTHAN" => new RunTimeLimit(time, at + Tick, null),
            "GREATERTHANOREQUAL" => new RunTimeLimit(time, at, null),
            _ => null,
        };
    }

    private static RunTime? TimeOf(string? column) => column?.ToUpperInvariant() switch
    {
        "CREATEDAT" => RunTime.Accepted,
        "UPDATEDAT" => RunTime.Updated,
        "FINISHEDAT" => RunTime.Finished,
        _ => null,
    };
}

/// <param name="Column">One of an instance's times.</param>
internal sealed record TimestampFilter(string? Column, string? Operator, DateTimeOffset? Timestamp);

/// <param name="Page">From 0.</param>
internal sealed record InstanceListRequest(int? Page, int? PageSize, string? OrderBy, string? OrderDirection) : InstanceFilter
{
    private const int DefaultSize = 10;
    private const int MaxSize = 200;

    public int Take => Math.Clamp(PageSize ?? DefaultSize, 1, MaxSize);

    public int Skip => (int)Math.Min((long)Math.Max(Page ?? 0, 0) * Take, RunSearch.MostCounted);

    public RunOrder Order => OrderBy?.ToUpperInvariant() switch
    {
        "LASTEXECUTED" => RunOrder.Updated,
        "FINISHED" => RunOrder.Finished,
        "NAME" => RunOrder.Name,
        _ => RunOrder.Accepted,
    };

    /// <summary>Newest first unless something else is asked for.</summary>
    public bool IsDescending => !string.Equals(OrderDirection, "Ascending", StringComparison.OrdinalIgnoreCase);
}
