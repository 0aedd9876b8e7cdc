namespace AutoForge.Engine.Storage;

/// <summary>The database's time without asking it: what it last said, and what has passed on this node since. Late by the way here at least.</summary>
internal sealed class DatabaseClock(TimeProvider time)
{
    private volatile Reading? _last;

    /// <summary>As exact as the database can store it. Null = it has not said anything yet.</summary>
    public DateTimeOffset? Now => _last is { } last ? Truncate(last.Now + time.GetElapsedTime(last.ReadAt)) : null;

    /// <summary>The database has just said what time it is there.</summary>
    public void Set(DateTimeOffset now) => _last = new Reading(now, time.GetTimestamp());

    private static DateTimeOffset Truncate(DateTimeOffset value) => value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond));

    private sealed record Reading(DateTimeOffset Now, long ReadAt);
}
