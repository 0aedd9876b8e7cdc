namespace AutoForge.Engine.Tests.Runs;

/// <summary>Time that passes when the test says so.</summary>
internal sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Now => now + TimeSpan.FromTicks(_ticks);

    public override DateTimeOffset GetUtcNow() => Now;
    public override long GetTimestamp() => _ticks;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
