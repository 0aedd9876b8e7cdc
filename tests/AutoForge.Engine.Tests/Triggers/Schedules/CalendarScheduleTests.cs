using System.Globalization;
using static AutoForge.Engine.Tests.Triggers.Schedules.Schedules;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

/// <summary>reliability.md 14: right on both days when clocks change.</summary>
public sealed class CalendarScheduleTests
{
    [Theory]
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00", new[] { "03-28 01:30", "03-29 01:00", "03-30 00:30" })]
    [InlineData("0 2 * * *", "Europe/Berlin", "2026-03-28T12:00", new[] { "03-29 01:00", "03-30 00:00" })]
    [InlineData("0 3 * * *", "Europe/Berlin", "2026-03-28T12:00", new[] { "03-29 01:00", "03-30 01:00" })]
    [InlineData("0,30 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00", new[] { "03-29 01:00", "03-29 01:30", "03-30 00:00" })]
    [InlineData("59 1 * * *", "Europe/Berlin", "2026-03-28T12:00", new[] { "03-29 00:59", "03-29 23:59" })]
    [InlineData("*/15 * * * *", "Europe/Berlin", "2026-03-29T00:30", new[] { "03-29 00:45", "03-29 01:00", "03-29 01:15" })]
    [InlineData("30 * * * *", "Europe/Berlin", "2026-03-29T00:00", new[] { "03-29 00:30", "03-29 01:30", "03-29 02:30" })]
    [InlineData("*/20 2 * * *", "Europe/Berlin", "2026-03-28T12:00", new[] { "03-30 00:00", "03-30 00:20" })]
    // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", new[] { "10-25 00:30", "10-26 01:30" })]
    [InlineData("0 3 * * *", "Europe/Berlin", "2026-10-24T12:00", new[] { "10-25 02:00", "10-26 02:00" })]
    [InlineData("30 1,2,3 * * *", "Europe/Berlin", "2026-10-24T12:00", new[] { "10-24 23:30", "10-25 00:30", "10-25 02:30" })]
    [InlineData("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:30", new[] { "10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00" })]
    [InlineData("15 * * * *", "Europe/Berlin", "2026-10-25T00:00", new[] { "10-25 00:15", "10-25 01:15", "10-25 02:15" })]
    // New York, 8 March 2026 at 07:00 UTC and 1 November 2026 at 06:00 UTC.
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T12:00", new[] { "03-08 07:00", "03-09 06:30" })]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T12:00", new[] { "11-01 05:30", "11-02 06:30" })]
    [InlineData("0 */6 * * *", "America/New_York", "2026-10-31T22:00", new[] { "11-01 04:00", "11-01 11:00" })]
    // Lord Howe changes by half an hour: 5 April 2026 at 15:00 UTC the day before, 4 October 2026 at 15:30 UTC the day before.
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00", new[] { "04-04 14:45", "04-05 15:15" })]
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", new[] { "10-03 15:30", "10-04 15:15" })]
    [InlineData("*/30 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00", new[] { "04-04 14:30", "04-04 15:00", "04-04 15:30" })]
    [InlineData("*/15 * * * *", "Australia/Lord_Howe", "2026-10-03T15:00", new[] { "10-03 15:15", "10-03 15:30", "10-03 15:45" })]
    // Zones that never change, with offsets of half and quarter hours.
    [InlineData("30 2 * * *", "Asia/Kolkata", "2026-03-28T22:00", new[] { "03-29 21:00", "03-30 21:00" })]
    [InlineData("0 * * * *", "Asia/Kathmandu", "2026-03-29T00:00", new[] { "03-29 00:15", "03-29 01:15" })]
    [InlineData("30 2 * * *", "UTC", "2026-03-29T00:00", new[] { "03-29 02:30", "03-30 02:30" })]
    // Samoa left out 30 December 2011.
    [InlineData("0 9 * * *", "Pacific/Apia", "2011-12-29T18:00", new[] { "12-29 19:00", "12-30 10:00", "12-30 19:00" })]
    public void NextAfter_ClockChanges_AreRight(string cron, string zone, string after, string[] expected) =>
        Assert.Equal(expected, Cron(cron, zone).Next(after, expected.Length));

    [Theory]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00", new[] { "2028-02-29", "2032-02-29" })]
    [InlineData("0 0 29 2 *", "2096-02-29T00:00", new[] { "2104-02-29" })]
    [InlineData("0 0 31 * *", "2026-01-31T00:00", new[] { "2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31", "2026-10-31", "2026-12-31", "2027-01-31" })]
    [InlineData("59 23 31 12 *", "2026-12-31T23:58", new[] { "2026-12-31", "2027-12-31" })]
    [InlineData("0 0 1 1 *", "2026-12-31T23:59", new[] { "2027-01-01", "2028-01-01" })]
    [InlineData("0 0 13 * 5", "2026-02-01T00:00", new[] { "2026-02-06", "2026-02-13", "2026-02-20", "2026-02-27", "2026-03-06", "2026-03-13" })]
    [InlineData("0 0 1-7 * *", "2026-02-05T00:00", new[] { "2026-02-06", "2026-02-07", "2026-03-01" })]
    [InlineData("0 0 */10 * 1", "2026-05-31T00:00", new[] { "2026-06-01", "2026-08-31" })]
    [InlineData("0 0 * * 0", "2026-03-01T00:00", new[] { "2026-03-08", "2026-03-15" })]
    [InlineData("0 0 * * 7", "2026-03-01T00:00", new[] { "2026-03-08", "2026-03-15" })]
    [InlineData("0 0 * * sat-sun", "2026-03-01T00:00", new[] { "2026-03-07", "2026-03-08" })]
    [InlineData("0 0 * jan,Mar MON", "2026-01-20T00:00", new[] { "2026-01-26", "2026-03-02" })]
    [InlineData("@monthly", "2026-01-01T00:00", new[] { "2026-02-01", "2026-03-01" })]
    [InlineData("@yearly", "2026-01-01T00:00", new[] { "2027-01-01" })]
    [InlineData("@weekly", "2026-01-01T00:00", new[] { "2026-01-04" })]
    public void NextAfter_Calendar_IsRight(string cron, string after, string[] expected)
    {
        var rule = Cron(cron);
        var last = Utc(after);
        foreach (var day in expected)
        {
            last = rule.NextAfter(last)!.Value;
            Assert.Equal(day, last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("*/15 9-10 * * *", new[] { "01-01 09:00", "01-01 09:15", "01-01 09:30", "01-01 09:45", "01-01 10:00" })]
    [InlineData("5/20 8 * * *", new[] { "01-01 08:05", "01-01 08:25", "01-01 08:45", "01-02 08:05" })]
    [InlineData("0-10/5,30 8 * * *", new[] { "01-01 08:00", "01-01 08:05", "01-01 08:10", "01-01 08:30" })]
    [InlineData("0 22,2 * * *", new[] { "01-01 02:00", "01-01 22:00", "01-02 02:00" })]
    [InlineData("@hourly", new[] { "01-01 01:00", "01-01 02:00" })]
    [InlineData("@daily", new[] { "01-02 00:00", "01-03 00:00" })]
    public void NextAfter_ListsRangesAndSteps_AreRead(string cron, string[] expected) =>
        Assert.Equal(expected, Cron(cron).Next("2026-01-01T00:00", expected.Length));

    [Fact]
    public void NextAfter_BetweenMinutes_IsTheNextWholeMinute()
    {
        var rule = Cron("* * * * *");

        Assert.Equal(Utc("2026-01-01T00:01"), rule.NextAfter(Utc("2026-01-01T00:00:00.0000001")));
        Assert.Equal(Utc("2026-01-01T00:01"), rule.NextAfter(Utc("2026-01-01T00:00:59.9999999")));
        Assert.Equal(Utc("2026-01-01T00:01"), rule.NextAfter(Utc("2026-01-01T00:00")));
        Assert.Equal(Utc("2026-01-01T00:00"), rule.NextAfter(Utc("2025-12-31T23:59:59.9999999")));
    }
}
