namespace AutoForge.Server.Operations.Minutes;

/// <summary>What one node did in one minute, and how it found queue and database at its end.</summary>
/// <remarks>Public, as the parameters of Razor components are. <c>0400_node_minutes.sql</c> explains the columns.</remarks>
public sealed record NodeMinute
{
    public DateTimeOffset Minute { get; init; }
    public long Accepted { get; init; }
    public long Refused { get; init; }

    /// <summary>Answers 503 because the database is slow or away.</summary>
    public long Unavailable { get; init; }
    public long Succeeded { get; init; }
    public long Failed { get; init; }
    public long Cancelled { get; init; }
    public long Retries { get; init; }
    public long LeasesLost { get; init; }
    public long WritesFenced { get; init; }
    public long WebhookFailures { get; init; }
    public long GroupCommits { get; init; }
    public long GroupWrites { get; init; }
    public Durations AcceptTimes { get; init; } = Durations.None;

    /// <summary>Of runs that succeeded or failed.</summary>
    public Durations RunTimes { get; init; } = Durations.None;

    public long? QueueDepth { get; init; }
    public long? QueueParked { get; init; }
    public double? QueueAgeSeconds { get; init; }
    public int? PoolUsed { get; init; }
    public int? PoolMax { get; init; }
    public long? DatabaseBytes { get; init; }
    public long? DiskFreeBytes { get; init; }
    public long? DiskBytes { get; init; }

    /// <summary>What came since an earlier total; states stay as they are.</summary>
    public NodeMinute Since(NodeMinute earlier) => Add(earlier, -1);

    /// <summary>Both together; of states, which each node measures for all, the worse one.</summary>
    public NodeMinute And(NodeMinute other) => Add(other, 1) with
    {
        QueueDepth = Most(QueueDepth, other.QueueDepth),
        QueueParked = Most(QueueParked, other.QueueParked),
        QueueAgeSeconds = Most(QueueAgeSeconds, other.QueueAgeSeconds),
        PoolUsed = Most(PoolUsed, other.PoolUsed),
        PoolMax = Most(PoolMax, other.PoolMax),
        DatabaseBytes = Most(DatabaseBytes, other.DatabaseBytes),
        DiskFreeBytes = DiskFreeBytes < other.DiskFreeBytes ? DiskFreeBytes : other.DiskFreeBytes ?? DiskFreeBytes,
        DiskBytes = Most(DiskBytes, other.DiskBytes),
    };

    private NodeMinute Add(NodeMinute other, int sign) => this with
    {
        Accepted = Accepted + sign * other.Accepted,
        Refused = Refused + sign * other.Refused,
        Unavailable = Unavailable + sign * other.Unavailable,
        Succeeded = Succeeded + sign * other.Succeeded,
        Failed = Failed + sign * other.Failed,
        Cancelled = Cancelled + sign * other.Cancelled,
        Retries = Retries + sign * other.Retries,
        LeasesLost = LeasesLost + sign * other.LeasesLost,
        WritesFenced = WritesFenced + sign * other.WritesFenced,
        WebhookFailures = WebhookFailures + sign * other.WebhookFailures,
        GroupCommits = GroupCommits + sign * other.GroupCommits,
        GroupWrites = GroupWrites + sign * other.GroupWrites,
        AcceptTimes = AcceptTimes.Plus(other.AcceptTimes, sign),
        RunTimes = RunTimes.Plus(other.RunTimes, sign),
    };

    private static T? Most<T>(T? a, T? b) where T : struct, IComparable<T> =>
        a is { } x && b is { } y ? (x.CompareTo(y) > 0 ? x : y) : a ?? b;
}
