namespace AutoForge.Engine.Runs;

/// <summary>
/// The database's clock, carried on by the node's own stopwatch from the moment of the claim: a delay lasts as long as it
/// says, although the clocks of nodes differ.
/// </summary>
internal sealed class WalkClock(TimeProvider node, DateTimeOffset claimedAt) : TimeProvider
{
    private readonly long _start = node.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => claimedAt + node.GetElapsedTime(_start);
    public override long GetTimestamp() => node.GetTimestamp();
    public override long TimestampFrequency => node.TimestampFrequency;
    public override TimeZoneInfo LocalTimeZone => node.LocalTimeZone;
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => node.CreateTimer(callback, state, dueTime, period);
}
