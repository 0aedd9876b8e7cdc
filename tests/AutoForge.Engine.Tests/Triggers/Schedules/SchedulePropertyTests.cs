using AutoForge.Engine.Triggers.Schedules;
using NodaTime;
using static AutoForge.Engine.Tests.Triggers.Schedules.Schedules;

namespace AutoForge.Engine.Tests.Triggers.Schedules;

public sealed class SchedulePropertyTests
{
    private static readonly string[] Zones =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "Antarctica/Troll", "America/Santiago"];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void NextAfter_RandomRules_IncreaseAndAreStable(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (rule, text) = RandomRule(random);
            var moment = RandomMoment(random);
            for (var step = 0; step < 5; step++)
            {
                var next = rule.NextAfter(moment);
                if (next is null)
                    break;

                var because = $"seed {seed}: {text} after {moment:O}";
                Assert.True(next > moment, because);
                Assert.True(rule.NextAfter(next.Value.AddTicks(-1)) == next, because);

                // Whatever lies between leads to the same time.
                var between = moment + ((next.Value - moment) * random.NextDouble());
                Assert.True(between >= next || rule.NextAfter(between) == next, because);
                moment = next.Value;
            }
        }
    }

    /// <summary>Another way to the same answer: ask every minute of the days around a clock change whether it matches.</summary>
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void NextAfter_AroundClockChanges_AgreesWithAskingEveryMinute(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 150; round++)
        {
            var zone = DateTimeZoneProviders.Tzdb[Zones[random.Next(Zones.Length)]];
            var text = RandomCron(random);
            var cron = CronParser.Parse(text, out _)!;
            var change = zone.GetZoneInterval(Instant.FromDateTimeOffset(RandomMoment(random)));
            var begin = (change.HasEnd ? change.End : Instant.FromUtc(2026, 1, 1, 0, 0)) - NodaTime.Duration.FromHours(20);
            var minutes = Enumerable.Range(0, 40 * 60).Select(number => begin + NodaTime.Duration.FromMinutes(number)).ToList();

            var expected = MinuteByMinute.Due(cron, zone, minutes);
            var actual = new List<Instant>();
            var rule = Cron(text, zone.Id);
            for (var next = rule.NextAfter((begin - NodaTime.Duration.FromTicks(1)).ToDateTimeOffset());
                next is not null && next <= minutes[^1].ToDateTimeOffset();
                next = rule.NextAfter(next.Value))
            {
                actual.Add(Instant.FromDateTimeOffset(next.Value));
            }

            Assert.True(expected.SequenceEqual(actual), $"seed {seed}: {text} in {zone.Id} from {begin}\n{string.Join(' ', expected)}\n{string.Join(' ', actual)}");
        }
    }

    private static (ScheduleRule Rule, string Text) RandomRule(Random random)
    {
        var zone = Zones[random.Next(Zones.Length)];
        switch (random.Next(5))
        {
            case 0:
                var every = random.Next(1, 1441);
                return (Rule(("kind", "minutes"), ("every", $"{every}"), ("at", random.Next(2) == 0 ? null : "2026-03-29T02:30"), ("timeZone", zone)), $"every {every} {zone}");
            case 1:
                var minute = random.Next(60);
                return (Rule(("kind", "hourly"), ("minute", $"{minute}"), ("timeZone", zone)), $"hourly {minute} {zone}");
            case 2:
                var time = $"{random.Next(24):00}:{random.Next(60):00}";
                return (Rule(("kind", "daily"), ("time", time), ("timeZone", zone)), $"daily {time} {zone}");
            default:
                var cron = RandomCron(random);
                return (Cron(cron, zone), $"{cron} {zone}");
        }
    }

    private static string RandomCron(Random random)
    {
        return $"{Field(0, 59)} {Field(0, 23)} {(random.Next(3) == 0 ? Field(1, 28) : "*")} {(random.Next(4) == 0 ? Field(1, 12) : "*")} {(random.Next(3) == 0 ? Field(0, 6) : "*")}";

        string Field(int least, int most)
        {
            var first = random.Next(least, most + 1);
            var last = random.Next(first, most + 1);
            return random.Next(6) switch
            {
                0 => "*",
                1 => $"*/{random.Next(1, most)}",
                2 => $"{first}-{last}",
                3 => $"{first}-{last}/{random.Next(1, 6)}",
                4 => $"{first},{random.Next(least, most + 1)}",
                _ => $"{first}",
            };
        }
    }

    private static DateTimeOffset RandomMoment(Random random) =>
        Utc("2010-01-01").AddTicks(random.NextInt64(TimeSpan.FromDays(365 * 25).Ticks));
}
