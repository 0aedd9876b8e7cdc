using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Tests.Steps;

/// <summary>Failure mode 12.</summary>
public sealed class RetryBackoffTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 30)]
    [InlineData(3, 90)]
    [InlineData(4, 300)]
    [InlineData(5, 900)]
    [InlineData(60, 900)]
    public void Delay_WithoutWish_IsTheStepOfTheLadderTimesJitter(int attempt, int seconds)
    {
        Assert.Equal(TimeSpan.Zero, RetryBackoff.Delay(attempt, null, jitter: 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds) / 2, RetryBackoff.Delay(attempt, null, jitter: 0.5));
    }

    [Fact]
    public void Delay_WithWish_IsNeverEarlierAndAtMostAnHourAndATenth()
    {
        Assert.Equal(TimeSpan.FromSeconds(120), RetryBackoff.Delay(1, TimeSpan.FromSeconds(120), jitter: 0));
        Assert.Equal(TimeSpan.FromSeconds(126), RetryBackoff.Delay(1, TimeSpan.FromSeconds(120), jitter: 0.5));
        Assert.Equal(TimeSpan.FromHours(1), RetryBackoff.Delay(1, TimeSpan.MaxValue, jitter: 0));
        Assert.Equal(TimeSpan.FromSeconds(5), RetryBackoff.Delay(1, TimeSpan.FromSeconds(-3), jitter: 0.5));
    }
}
