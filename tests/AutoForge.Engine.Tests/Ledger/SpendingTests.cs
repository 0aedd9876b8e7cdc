using AutoForge.Engine.Ledger;

namespace AutoForge.Engine.Tests.Ledger;

public sealed class SpendingTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Tuesday = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void WithHold_InOneDay_CountsMoneyAndRuns()
    {
        var spending = default(Spending).WithHold(5, Monday).WithHold(7, Monday.AddHours(1));

        Assert.Equal(new Spending(new DateOnly(2026, 11, 1), 12, new DateOnly(2026, 11, 30), 2), spending);
    }

    [Fact]
    public void WithHold_InANewMonth_BeginsAtNothing() =>
        Assert.Equal(
            new Spending(new DateOnly(2026, 12, 1), 7, new DateOnly(2026, 12, 1), 1),
            default(Spending).WithHold(5, Monday).WithHold(7, Tuesday));

    [Fact]
    public void At_NextDayOfTheSameMonth_ForgetsTheRunsAndKeepsTheMoney() =>
        Assert.Equal((5, 0), (default(Spending).WithHold(5, Monday.AddDays(-1)).At(Monday) is var s ? (s.MonthCents, s.DayRuns) : default));

    [Fact]
    public void At_EarlierTime_StaysWhereItIs()
    {
        var spending = default(Spending).WithHold(5, Tuesday);

        Assert.Equal(spending, spending.At(Monday));
    }

    [Fact]
    public void WithRelease_OfARunOfTheMonthBefore_ChangesNothing()
    {
        var spending = default(Spending).WithHold(5, Monday).WithHold(7, Tuesday);

        Assert.Equal(7, spending.WithRelease(5, Monday).MonthCents);
        Assert.Equal(0, spending.WithRelease(7, Tuesday).MonthCents);
    }

    [Fact]
    public void WithHold_JustBeforeMidnightElsewhere_CountsTheUtcDay() =>
        Assert.Equal(new DateOnly(2026, 12, 1), default(Spending).WithHold(5, new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.FromHours(-5))).Day);
}
