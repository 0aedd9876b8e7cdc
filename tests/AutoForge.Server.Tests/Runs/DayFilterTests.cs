using AutoForge.Server.Runs;

namespace AutoForge.Server.Tests.Runs;

public sealed class DayFilterTests
{
    [Theory]
    [InlineData("UTC", "2026-03-29", "2026-03-29T00:00Z", "2026-03-30T00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z")] // 23 hours long
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z")] // 25 hours long
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z")] // without a midnight
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z")] // with two of them
    [InlineData("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15Z", "2026-01-01T18:15Z")]
    public void Start_OfADayAndTheNext_IsTheirMidnight(string zone, string day, string start, string next)
    {
        var where = DayFilter.ZoneOf(zone);

        Assert.Equal(DateTimeOffset.Parse(start, null), DayFilter.Start(day, where));
        Assert.Equal(DateTimeOffset.Parse(next, null), DayFilter.Start(day, where, daysLater: 1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("29.03.2026")]
    [InlineData("2026-02-30")]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01")]
    public void Start_OfNoDay_IsNull(string? text) => Assert.Null(DayFilter.Start(text, TimeZoneInfo.Utc));

    [Fact]
    public void ZoneOf_AnUnknownName_IsUtc() => Assert.Same(TimeZoneInfo.Utc, DayFilter.ZoneOf("Mars/Olympus"));
}
