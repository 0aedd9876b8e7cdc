using AutoForge.Engine.Triggers.Schedules;
using static AutoForge.Engine.Tests.Triggers.Schedules.Schedules;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

/// <summary>reliability.md 14: catch-up policies skip, once and all.</summary>
public sealed class MissedScheduleTests
{
    private static readonly ScheduleRule Hourly = Rule(("kind", "hourly"));

    [Theory]
    [InlineData("Skip")]
    [InlineData("Once")]
    [InlineData("All")]
    public void DueBetween_OnTime_GivesTheOneThatIsDue(string catchUp)
    {
        Assert.Equal([Utc("2026-01-01T10:00")], Hourly.DueBetween(Utc("2026-01-01T09:00"), Utc("2026-01-01T10:00"), Enum.Parse<CatchUp>(catchUp)));
        Assert.Equal([Utc("2026-01-01T10:00")], Hourly.DueBetween(Utc("2026-01-01T09:00"), Utc("2026-01-01T10:00:59"), Enum.Parse<CatchUp>(catchUp)));
        Assert.Empty(Hourly.DueBetween(Utc("2026-01-01T09:00"), Utc("2026-01-01T09:59:59.9999999"), Enum.Parse<CatchUp>(catchUp)));
        Assert.Empty(Hourly.DueBetween(Utc("2026-01-01T10:00"), Utc("2026-01-01T10:00"), Enum.Parse<CatchUp>(catchUp)));
        Assert.Empty(Hourly.DueBetween(Utc("2026-01-01T10:00"), Utc("2026-01-01T09:00"), Enum.Parse<CatchUp>(catchUp)));
    }

    [Fact]
    public void DueBetween_Late_FollowsThePolicy()
    {
        var lastDue = Utc("2026-01-01T09:00");
        var now = Utc("2026-01-01T12:05");

        Assert.Empty(Hourly.DueBetween(lastDue, now, CatchUp.Skip));
        Assert.Equal([Utc("2026-01-01T12:00")], Hourly.DueBetween(lastDue, now, CatchUp.Once));
        Assert.Equal([Utc("2026-01-01T10:00"), Utc("2026-01-01T11:00"), Utc("2026-01-01T12:00")], Hourly.DueBetween(lastDue, now, CatchUp.All));
        Assert.Equal([Utc("2026-01-01T11:00"), Utc("2026-01-01T12:00")], Hourly.DueBetween(lastDue, now, CatchUp.All, 2));
    }

    [Fact]
    public void DueBetween_Skip_AllowsOneMinute()
    {
        var lastDue = Utc("2026-01-01T09:00");

        Assert.Equal([Utc("2026-01-01T12:00")], Hourly.DueBetween(lastDue, Utc("2026-01-01T12:01:00"), CatchUp.Skip));
        Assert.Empty(Hourly.DueBetween(lastDue, Utc("2026-01-01T12:01:00.0000001"), CatchUp.Skip));

        // Never again what has run, however near.
        Assert.Empty(Hourly.DueBetween(Utc("2026-01-01T12:00"), Utc("2026-01-01T12:00:30"), CatchUp.Skip));
    }

    [Fact]
    public void DueBetween_YearsOfMinutes_GivesTheLatestThousand()
    {
        var rule = Cron("* * * * *");
        var now = Utc("2026-06-01T12:00:30");

        var due = rule.DueBetween(Utc("2016-01-01"), now, CatchUp.All);

        Assert.Equal(1_000, due.Count);
        Assert.Equal(Utc("2026-06-01T12:00"), due[^1]);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(number => due[0].AddMinutes(number)), due);
        Assert.Equal([Utc("2026-06-01T12:00")], rule.DueBetween(DateTimeOffset.MinValue, now, CatchUp.Once));
    }

    [Fact]
    public void DueBetween_RareSchedule_IsFoundHoweverLongAgo() =>
        Assert.Equal([Utc("2024-02-29")], Cron("0 0 29 2 *").DueBetween(Utc("2021-01-01"), Utc("2026-01-01"), CatchUp.Once));

    [Fact]
    public void DueBetween_OnceInThePast_RunsWhenCaughtUp()
    {
        var rule = Rule(("kind", "once"), ("at", "2026-01-01T10:00"));

        Assert.Equal([Utc("2026-01-01T10:00")], rule.DueBetween(Utc("2025-12-01"), Utc("2026-02-01"), CatchUp.Once));
        Assert.Empty(rule.DueBetween(Utc("2025-12-01"), Utc("2026-02-01"), CatchUp.Skip));
    }
}
