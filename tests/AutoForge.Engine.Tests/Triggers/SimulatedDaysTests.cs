using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Tests.Triggers.Schedules;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AutoForge.Engine.Tests.Triggers;

/// <summary>
/// Two days of a thousand schedules on two nodes, on a database whose clock is moved by the test. None is missed, none is doubled
/// (reliability 14, F7).
/// </summary>
public sealed class SimulatedDaysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Schedules = 1_000;
    private const int Hours = 48;
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "America/Santiago"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The two weekends on which Berlin changes its clocks; the other zones keep theirs.</summary>
    [Theory]
    [InlineData("2026-03-28T00:00:00Z")]
    [InlineData("2026-10-24T00:00:00Z")]
    public async Task Fire_AThousandSchedulesForTwoDays_EachDueTimeIsOneRun(string first)
    {
        var begin = DateTimeOffset.Parse(first, CultureInfo.InvariantCulture);
        var random = new Random(7);
        await database.DataSource.ExecuteAsync(SimulatedTime.Install);
        await SetClockAsync(begin);
        var jobs = new HeldJobs();
        await using var one = await NodeAsync(jobs);
        await using var two = await NodeAsync(jobs);
        var crons = Enumerable.Range(0, Schedules).Select(_ => (Cron: RandomCron(random), Zone: Zones[random.Next(Zones.Length)])).ToArray();
        var account = await PublishAsync(one, begin, crons);

        for (var now = begin; now < begin.AddHours(Hours);)
        {
            // Most looks are a minute or two apart; now and then everything stood still for an hour.
            now += random.Next(200) == 0 ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(random.Next(20, 180));
            await SetClockAsync(now < begin.AddHours(Hours) ? now : begin.AddHours(Hours));
            await Task.WhenAll(FireUntilQuietAsync(one), FireUntilQuietAsync(two));
        }
        jobs.Release();

        var minutes = Enumerable.Range(0, (Hours * 60) + 1).Select(m => Instant.FromDateTimeOffset(begin.AddMinutes(m))).ToArray();
        var expected = crons.SelectMany((c, i) => MinuteByMinute.Due(CronParser.Parse(c.Cron, out _)!, DateTimeZoneProviders.Tzdb[c.Zone], minutes)
            .Select(due => $"s{i:0000} due:{due.ToDateTimeUtc():O}")).Order(StringComparer.Ordinal).ToArray();
        var actual = await database.DataSource.ScalarAsync<string[]>(
            "SELECT array_agg(workflow_id || ' ' || dedup_key) FROM runs WHERE account_id = @a", ("a", account));
        Assert.InRange(expected.Length, 10_000, 100_000);
        Assert.Equal(expected, actual.Order(StringComparer.Ordinal));
    }

    private static string RandomCron(Random random) => random.Next(4) switch
    {
        0 => $"{random.Next(60)} * * * *",
        1 => $"{random.Next(60)} {random.Next(4)} * * *",
        2 => $"*/{random.Next(20, 40)} {random.Next(6)}-{random.Next(6, 24)} * * *",
        _ => $"{random.Next(60)},{random.Next(60)} {random.Next(24)},{random.Next(4)} * * {random.Next(7)}-6",
    };

    private Task<TestEngine> NodeAsync(HeldJobs jobs) => TestEngine.CreateAsync(
        SimulatedTime.Of(database.ConnectionString).ConnectionString,
        replace: services => services.AddSingleton<IJobHandler>(jobs));

    private Task<int> SetClockAsync(DateTimeOffset now) => database.DataSource.ExecuteAsync(SimulatedTime.Set, ("now", now));

    private static async Task FireUntilQuietAsync(TestEngine node)
    {
        while (await node.Get<ScheduleClock>().FireAsync(Token) == TimeSpan.Zero)
        {
            // There is more.
        }
    }

    /// <summary>One account with a copy of a published schedule for each expression.</summary>
    private async Task<Guid> PublishAsync(TestEngine node, DateTimeOffset begin, (string Cron, string Zone)[] crons)
    {
        var account = await node.OpenAccountAsync(10_000_000);
        var model = await node.PublishAsync(account, Draw.Chain("Schedule", Draw.Trigger("clock", "AutoForge.Schedule",
            ("kind", Draw.Literal("cron")), ("cron", Draw.Literal("0 0 1 1 *")), ("catchUp", Draw.Literal("all")))));
        var settings = crons.Select(c => new JsonObject { ["kind"] = "cron", ["cron"] = c.Cron, ["timeZone"] = c.Zone, ["catchUp"] = "all" }.ToJsonString()).ToArray();
        await database.DataSource.ExecuteAsync(
            """
            INSERT INTO workflows (account_id, id, name, latest_version, published_version)
            SELECT account_id, 's' || to_char(n - 1, 'FM0000'), name, 1, 1
            FROM workflows, generate_series(1, cardinality(@settings)) AS n
            WHERE id = @w;

            INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents, published_at)
            SELECT h.account_id, h.id, 1, h.account_id::text || h.id, v.document, v.price_cents, now()
            FROM workflow_versions AS v, workflows AS h
            WHERE v.workflow_id = @w AND h.account_id = v.account_id AND h.id <> @w;

            INSERT INTO triggers (account_id, id, workflow_id, activity_id, type, version, price_cents, enabled, settings, next_due_at)
            SELECT t.account_id, gen_random_uuid(), 's' || to_char(n - 1, 'FM0000'), t.activity_id, t.type, 1, t.price_cents, true, s::json, @begin
            FROM triggers AS t, unnest(@settings) WITH ORDINALITY AS s (s, n)
            WHERE t.workflow_id = @w;

            UPDATE triggers SET enabled = false WHERE workflow_id = @w OR account_id <> @a
            """, ("w", model.DefinitionId), ("settings", settings), ("begin", begin), ("a", account));
        return account;
    }
}
