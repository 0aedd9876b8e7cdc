using AutoForge.Engine.Triggers.Schedules;
using static AutoForge.Engine.Tests.Triggers.Schedules.Schedules;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

public sealed class ScheduleKindTests
{
    [Fact]
    public void Once_LocalTime_IsReadInItsZone()
    {
        Assert.Equal(["03-30 07:00"], Rule(("kind", "once"), ("at", "2026-03-30T09:00"), ("timeZone", "Europe/Berlin")).Next("2026-01-01", 2));
        Assert.Equal(["03-30 04:00"], Rule(("kind", "once"), ("at", "2026-03-30T09:00:00+05:00"), ("timeZone", "Europe/Berlin")).Next("2026-01-01", 2));
        Assert.Equal(["03-30 09:00"], Rule(("kind", "Once"), ("at", " 2026-03-30 09:00Z ")).Next("2026-01-01", 2));
        Assert.Equal(["03-29 01:00"], Rule(("kind", "once"), ("at", "2026-03-29T02:30"), ("timeZone", "Europe/Berlin")).Next("2026-01-01", 2));
        Assert.Equal(["10-25 00:30"], Rule(("kind", "once"), ("at", "2026-10-25T02:30"), ("timeZone", "Europe/Berlin")).Next("2026-01-01", 2));
        Assert.Null(Rule(("kind", "once"), ("at", "2026-03-30T09:00")).NextAfter(Utc("2026-03-30T09:00")));
    }

    [Fact]
    public void Minutes_WithoutStart_AreCountedFrom1970()
    {
        Assert.Equal(["03-29 00:45", "03-29 01:00", "03-29 01:15"], Rule(("kind", "minutes"), ("every", "15"), ("timeZone", "Europe/Berlin")).Next("2026-03-29T00:31", 3));
        Assert.Equal(["01-01 00:00", "01-02 00:00"], Rule(("kind", "minutes"), ("every", "1440")).Next("2025-12-31T12:00", 2));

        // 1970 to 2026 is a whole number of weeks of 7-minute steps plus a rest: no day begins with one.
        var seven = Rule(("kind", "minutes"), ("every", "7")).NextAfter(Utc("2026-01-01"));
        Assert.Equal(0, seven!.Value.ToUnixTimeSeconds() % 420);
    }

    [Fact]
    public void Minutes_WithStart_BeginThere()
    {
        var rule = Rule(("kind", "minutes"), ("every", "90"), ("at", "2026-03-29T00:10"), ("timeZone", "Europe/Berlin"));

        Assert.Equal(["03-28 23:10", "03-29 00:40", "03-29 02:10"], rule.Next("2026-01-01", 3));
        Assert.Equal(["03-29 02:10"], rule.Next("2026-03-29T00:40", 1));
    }

    [Fact]
    public void Hourly_ClockChange_KeepsItsRhythm()
    {
        var rule = Rule(("kind", "hourly"), ("minute", "30"), ("timeZone", "Europe/Berlin"));

        Assert.Equal(["03-29 00:30", "03-29 01:30", "03-29 02:30"], rule.Next("2026-03-29T00:00", 3));
        Assert.Equal(["10-25 00:30", "10-25 01:30", "10-25 02:30"], rule.Next("2026-10-25T00:00", 3));
    }

    [Fact]
    public void Daily_ClockChange_RunsOncePerDay()
    {
        var rule = Rule(("kind", "daily"), ("time", "02:30"), ("timeZone", "Europe/Berlin"));

        Assert.Equal(["03-28 01:30", "03-29 01:00", "03-30 00:30"], rule.Next("2026-03-28T00:00", 3));
        Assert.Equal(["10-25 00:30", "10-26 01:30"], rule.Next("2026-10-25T00:00", 2));
    }

    [Theory]
    [InlineData("[\"Monday\",\"fri\"]")]
    [InlineData("mon, FRIDAY")]
    [InlineData("1;5")]
    [InlineData("[5, 1, 1]")]
    public void Weekly_DaysInManyWays_AreTheSame(string days)
    {
        var rule = Rule(("kind", "weekly"), ("days", days), ("time", "9:00"), ("timeZone", "America/New_York"));

        Assert.Equal(["03-06 14:00", "03-09 13:00", "03-13 13:00"], rule.Next("2026-03-04", 3));
        Assert.Equal("every Monday and Friday at 09:00 America/New_York", rule.Describe());
    }

    [Fact]
    public void Weekly_Sunday_IsSeven() =>
        Assert.Equal(["03-01 09:00", "03-08 09:00"], Rule(("kind", "weekly"), ("days", "7"), ("time", "09:00")).Next("2026-02-28", 2));

    [Fact]
    public void Describe_EveryKind_IsPlainEnglish()
    {
        Assert.Equal("once on 2026-03-30 at 09:00 Europe/Berlin", Rule(("kind", "once"), ("at", "2026-03-30T09:00"), ("timeZone", "Europe/Berlin")).Describe());
        Assert.Equal("every minute", Rule(("kind", "minutes"), ("every", "1")).Describe());
        Assert.Equal("every 15 minutes from 2026-01-01 00:00 UTC", Rule(("kind", "minutes"), ("every", "15"), ("at", "2026-01-01T00:00Z")).Describe());
        Assert.Equal("every hour at minute 0 UTC", Rule(("kind", "hourly")).Describe());
        Assert.Equal("every day at 09:00 Europe/Berlin", Rule(("kind", "daily"), ("time", "09:00"), ("timeZone", "Europe/Berlin")).Describe());
        Assert.Equal("every day at 09:00 UTC", Rule(("kind", "weekly"), ("time", "09:00"), ("days", "1,2,3,4,5,6,7")).Describe());
        Assert.Equal("every Monday, Tuesday and Sunday at 09:00 UTC", Rule(("kind", "weekly"), ("time", "09:00"), ("days", "sun,mon,tue")).Describe());
        Assert.Equal("by cron '0 9 * * 1-5' Europe/Berlin", Cron("0 9 * * 1-5", "Europe/Berlin").Describe());
    }

    [Theory]
    [InlineData(null, "Once")]
    [InlineData("skip", "Skip")]
    [InlineData("ONCE", "Once")]
    [InlineData("all", "All")]
    public void TryParse_CatchUp_IsKept(string? text, string expected) =>
        Assert.Equal(expected, Rule(("kind", "hourly"), ("catchUp", text)).CatchUp.ToString());

    [Theory]
    [InlineData("cron", "0 9 * *", "A cron expression has 5 fields (minute, hour, day of the month, month, day of the week); this one has 4.")]
    [InlineData("cron", "0 0 9 * * ?", "A cron expression has 5 fields (minute, hour, day of the month, month, day of the week); this one has 6.")]
    [InlineData("cron", "0 9 x * *", "The 3rd field 'x' (day of the month) must be *, a number from 1 to 31, a range or a list of them.")]
    [InlineData("cron", "60 9 * * *", "The 1st field '60' (minute) must be *, a number from 0 to 59, a range or a list of them.")]
    [InlineData("cron", "0 24 * * *", "The 2nd field '24' (hour) must be *, a number from 0 to 23, a range or a list of them.")]
    [InlineData("cron", "0 0 0 * *", "The 3rd field '0' (day of the month) must be *, a number from 1 to 31, a range or a list of them.")]
    [InlineData("cron", "0 0 * 13 *", "The 4th field '13' (month) must be *, a number from 1 to 12, a name such as FEB, a range or a list of them.")]
    [InlineData("cron", "0 0 * * 8", "The 5th field '8' (day of the week) must be *, a number from 0 to 7, a name such as MON, a range or a list of them.")]
    [InlineData("cron", "0 0 * * 1#2", "The 5th field '1#2' (day of the week) must be *, a number from 0 to 7, a name such as MON, a range or a list of them.")]
    [InlineData("cron", "*/0 * * * *", "The 1st field '*/0' (minute) needs a step from 1 to 59 after '/'.")]
    [InlineData("cron", "*/90 * * * *", "The 1st field '*/90' (minute) needs a step from 1 to 59 after '/'.")]
    [InlineData("cron", "0 10-9 * * *", "The 2nd field '10-9' (hour) has a range that ends before it begins (10-9).")]
    [InlineData("cron", "0 -1 * * *", "The 2nd field '-1' (hour) must be *, a number from 0 to 23, a range or a list of them.")]
    [InlineData("cron", "0 1,,2 * * *", "The 2nd field '1,,2' (hour) must be *, a number from 0 to 23, a range or a list of them.")]
    [InlineData("cron", "@often", "'@often' is unknown. Use @hourly, @daily, @weekly, @monthly, @yearly, or five fields.")]
    [InlineData("cron", "0 0 30 2 *", "There is no such day in the calendar: this schedule would never run.")]
    [InlineData("cron", "0 0 31 4,6,9,11 *", "There is no such day in the calendar: this schedule would never run.")]
    [InlineData("cron", null, "Write a cron expression, such as 0 9 * * 1-5 for 09:00 from Monday to Friday.")]
    [InlineData("daily", null, "Choose the time of day, such as 09:00.")]
    [InlineData("once", null, "Choose the date and time.")]
    [InlineData("minutes", null, "Write a number from 1 to 1440.")]
    [InlineData("yearly", null, "'yearly' is not a kind of schedule. Use once, minutes, hourly, daily, weekly or cron.")]
    [InlineData(null, null, "Choose how often: once, minutes, hourly, daily, weekly or cron.")]
    public void TryParse_WrongSettings_SayHowToMendThem(string? kind, string? cron, string message) =>
        Assert.Equal(message, Assert.Single(Problems(("kind", kind), ("cron", cron))).Message);

    [Theory]
    [InlineData("24:00")]
    [InlineData("9")]
    [InlineData("9.30")]
    [InlineData("09:60")]
    [InlineData("9am")]
    [InlineData("09:00:00")]
    public void TryParse_WrongTime_IsRefused(string time) =>
        Assert.Equal(("time", $"'{time}' is not a time of day. Write hours and minutes, from 00:00 to 23:59."), Assert.Single(Problems(("kind", "daily"), ("time", time))));

    [Theory]
    [InlineData("Europe/Berln", "Europe/Berlin")]
    [InlineData("Berlin", "Europe/Berlin")]
    [InlineData("new york", "America/New_York")]
    [InlineData("W. Europe Standard Time", "Europe/Berlin")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    public void TryParse_UnknownZone_SuggestsOne(string zone, string suggestion) =>
        Assert.Equal(("timeZone", $"'{zone}' is not a time zone. Did you mean {suggestion}?"), Assert.Single(Problems(("kind", "hourly"), ("timeZone", zone))));

    [Fact]
    public void TryParse_SeveralProblems_AreAllTold()
    {
        var problems = Problems(("kind", "weekly"), ("days", "Mon, Funday"), ("time", "25:00"), ("timeZone", "Moon/Tycho"), ("catchUp", "maybe"));

        Assert.Equal(["catchUp", "days", "time", "timeZone"], problems.Select(problem => problem.Field).Order());
        Assert.Contains(("days", "'Funday' is not a day. Use Monday to Sunday, or 1 (Monday) to 7 (Sunday)."), problems);
        Assert.Contains(("timeZone", "'Moon/Tycho' is not a time zone. Use a name such as Europe/Berlin."), problems);
    }

    [Theory]
    [InlineData("every", "minutes", "0")]
    [InlineData("every", "minutes", "1441")]
    [InlineData("every", "minutes", "1.5")]
    [InlineData("every", "minutes", "-5")]
    [InlineData("minute", "hourly", "60")]
    [InlineData("at", "once", "tomorrow")]
    [InlineData("at", "once", "2026-02-30T09:00")]
    [InlineData("at", "once", "09:00")]
    [InlineData("at", "minutes", "soon")]
    [InlineData("days", "weekly", "8")]
    [InlineData("days", "weekly", "0")]
    [InlineData("days", "weekly", "[]")]
    [InlineData("days", "weekly", "[\"Mon\"")]
    public void TryParse_WrongValue_IsToldBesideItsField(string field, string kind, string value)
    {
        var settings = new Dictionary<string, string?> { ["kind"] = kind, ["every"] = "5", ["time"] = "09:00", [field] = value };

        Assert.False(ScheduleRule.TryParse(settings, out _, out var problems));
        Assert.Equal(field, Assert.Single(problems).Field);
    }
}
