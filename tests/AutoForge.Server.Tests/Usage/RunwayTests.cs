using AutoForge.Engine.Runs;
using AutoForge.Server.Usage;

namespace AutoForge.Server.Tests.Usage;

public sealed class RunwayTests
{
    [Theory]
    [InlineData(700, 700, 7)]
    [InlineData(699, 700, 6)]
    [InlineData(0, 700, 0)]
    [InlineData(long.MaxValue, 1, 999)]
    public void DaysLeft_ByThePaceOfAWeek_IsRoundedDown(long availableCents, long weekCents, int expected)
    {
        RunDay[] days = [Day(100_000), .. Enumerable.Repeat(Day(0), Runway.Window - 1), Day(weekCents)];

        Assert.Equal(expected, Runway.DaysLeft(availableCents, days));
    }

    [Fact]
    public void DaysLeft_NothingSpentInTheWindow_IsNotKnown() =>
        Assert.Null(Runway.DaysLeft(100, [Day(5), .. Enumerable.Repeat(Day(0), Runway.Window)]));

    private static RunDay Day(long cents) => new(default, 0, 0, cents);
}
