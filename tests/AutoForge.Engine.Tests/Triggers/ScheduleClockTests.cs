using System.Diagnostics;
using System.Globalization;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Triggers;

/// <summary>Schedules on PostgreSQL and its clock (reliability 13, 14; money rule 1).</summary>
public sealed class ScheduleClockTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly HeldJobs _jobs = new();
    private TestEngine _node = null!;
    private TestEngine _other = null!;
    private Guid _account;
    private DateTimeOffset _due;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // What earlier tests left due is not this test's.
        await database.DataSource.ExecuteAsync("UPDATE triggers SET enabled = false");
        _node = await NodeAsync();
        _other = await NodeAsync();
        _account = await _node.OpenAccountAsync(100_000);
        _due = await database.DataSource.ScalarAsync<DateTimeOffset>("SELECT date_trunc('minute', now()) - interval '30 minutes'");
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _node.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Fire_TwoClocksAtOnce_EachDueTimeIsOneRun()
    {
        for (var i = 0; i < 20; i++)
            await PublishAsync(_account, "once");
        await DueAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? _node : _other).Get<ScheduleClock>().FireAsync(Token)));

        Assert.Equal(20, await RunsAsync(_account));
        Assert.Equal(20, await database.DataSource.ScalarAsync<long>("SELECT COUNT(DISTINCT trigger_id) FROM runs WHERE account_id = @a", ("a", _account)));
        Assert.Equal(20, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM triggers WHERE account_id = @a AND next_due_at > now()", ("a", _account)));
        Assert.Equal(new AccountBalance(99_900, 100), await _node.BalanceAsync(_account));
    }

    [Fact]
    public async Task Fire_TenThousandDueAtTheSameInstant_AllAreAcceptedOnce()
    {
        const int Accounts = 50, Each = 200;
        await HerdAsync(Accounts, Each);
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(FireUntilQuietAsync(_node), FireUntilQuietAsync(_other));

        output.WriteLine($"{Accounts * Each} schedules on two clocks: {watch.Elapsed.TotalSeconds:F1} s");
        Assert.Equal((long)Accounts * Each, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM runs WHERE workflow_id LIKE 'herd-%'"));
        Assert.Equal((long)Accounts * Each, await database.DataSource.ScalarAsync<long>("SELECT COUNT(DISTINCT trigger_id) FROM runs WHERE workflow_id LIKE 'herd-%'"));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM triggers WHERE enabled AND next_due_at <= now()"));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Fire_NoBalance_IsVisibleOnceAndTheScheduleMovesOn()
    {
        var poor = await _node.OpenAccountAsync(4);
        var publication = await PublishAsync(poor, "once");
        await DueAsync();

        await Task.WhenAll(_node.Get<ScheduleClock>().FireAsync(Token), _other.Get<ScheduleClock>().FireAsync(Token));

        var refusal = Assert.Single(await _node.Get<RefusalQueries>().ListAsync(poor, null, null, 10, Token));
        Assert.Equal((publication.DefinitionId, "balance", _due, 1), (refusal.WorkflowId, refusal.Reason, refusal.At, refusal.Times));
        Assert.NotNull(refusal.TriggerId);
        Assert.Equal(0, await RunsAsync(poor));
        Assert.True(await database.DataSource.ScalarAsync<bool>("SELECT next_due_at > now() FROM triggers WHERE account_id = @a", ("a", poor)));
        Assert.Equal(new AccountBalance(4, 0), await _node.BalanceAsync(poor));
    }

    [Theory]
    [InlineData("skip", 0)]
    [InlineData("once", 1)]
    [InlineData("all", 11)]
    public async Task Fire_AfterTenHoursOfDowntime_CatchesUpAsChosen(string catchUp, int runs)
    {
        await PublishAsync(_account, catchUp);
        await DueAsync(hoursAgo: 10);

        await _node.Get<ScheduleClock>().FireAsync(Token);
        await _other.Get<ScheduleClock>().FireAsync(Token);

        Assert.Equal(runs, await RunsAsync(_account));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM triggers WHERE enabled AND next_due_at <= now()"));
    }

    /// <summary>02:30 does not exist on one day of the year and comes twice on another.</summary>
    [Fact]
    public async Task Fire_DailyThroughBothClockChanges_OnceEachDayAtTheRightTime()
    {
        await PublishAsync(_account, "all", ("kind", "daily"), ("time", "02:30"), ("timeZone", "Europe/Berlin"));
        await database.DataSource.ExecuteAsync(
            "UPDATE triggers SET next_due_at = (current_date - 400 + time '02:30') AT TIME ZONE 'Europe/Berlin' WHERE account_id = @a AND enabled", ("a", _account));
        var first = await database.DataSource.ScalarAsync<DateTimeOffset>("SELECT next_due_at FROM triggers WHERE account_id = @a AND enabled", ("a", _account));
        var now = await database.DataSource.ScalarAsync<DateTimeOffset>("SELECT now()");

        await _node.Get<ScheduleClock>().FireAsync(Token);

        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var expected = new List<string>();
        for (var day = TimeZoneInfo.ConvertTime(first, zone).Date; ; day = day.AddDays(1))
        {
            var local = day.AddHours(2.5);
            // In the gap the first moment after it; of two the first.
            if (zone.IsInvalidTime(local))
                local = day.AddHours(3);
            var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
            var due = new DateTimeOffset(local, offset).UtcDateTime;
            if (due > now.UtcDateTime)
                break;
            expected.Add("due:" + due.ToString("O", CultureInfo.InvariantCulture));
        }
        var keys = await database.DataSource.ScalarAsync<string[]>("SELECT array_agg(dedup_key ORDER BY dedup_key) FROM runs WHERE account_id = @a", ("a", _account));
        Assert.InRange(expected.Count, 400, 401);
        Assert.Equal(expected, keys);
    }

    [Fact]
    public async Task Fire_RetractedBeforeOrInTheMiddle_StartsNothing()
    {
        var before = await PublishAsync(_account, "once");
        var middle = await PublishAsync(_account, "once");
        await DueAsync();
        await _node.Get<WorkflowPublisher>().RetractAsync(_account, before.DefinitionId, Token);

        Task<TimeSpan> firing;
        await using (await database.DataSource.HoldAccountAsync(_account))
        {
            firing = _node.Get<ScheduleClock>().FireAsync(Token);
            await database.DataSource.UntilBlockedAsync(1);
            await _other.Get<WorkflowPublisher>().RetractAsync(_account, middle.DefinitionId, Token);
        }
        await firing;

        Assert.Equal(0, await RunsAsync(_account));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM triggers WHERE account_id = @a AND next_due_at IS NOT NULL", ("a", _account)));
    }

    [Fact]
    public async Task Fire_OneScheduleCannotBeRead_TheOthersGoOn()
    {
        var broken = await PublishAsync(_account, "once");
        await PublishAsync(_account, "once");
        await DueAsync();
        await database.DataSource.ExecuteAsync("UPDATE triggers SET settings = '{\"kind\": \"never heard of\"}' WHERE workflow_id = @w", ("w", broken.DefinitionId));

        await _node.Get<ScheduleClock>().FireAsync(Token);

        Assert.Equal(1, await RunsAsync(_account));
        Assert.Equal(broken.DefinitionId, await database.DataSource.ScalarAsync<string>("SELECT workflow_id FROM triggers WHERE enabled AND next_due_at <= now()"));
    }

    [Fact]
    public async Task Fire_NodeHasNeverRunThem_HasTheirVersionsAtHand()
    {
        Publication[] publications = [await PublishAsync(_account, "once"), await PublishAsync(_account, "once")];
        await DueAsync();

        await _other.Get<ScheduleClock>().FireAsync(Token);

        Assert.All(publications, p => Assert.NotNull(_other.Get<WorkflowVersions>().Find(_account, p.DefinitionId, p.Version)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task Fire_OneDocumentCannotBeCompiled_AllAreStarted(string document)
    {
        var broken = await PublishAsync(_account, "once");
        var whole = await PublishAsync(_account, "once");
        await DueAsync();
        await database.DataSource.ExecuteAsync("UPDATE workflow_versions SET document = @d::json WHERE workflow_id = @w", ("d", document), ("w", broken.DefinitionId));

        await _other.Get<ScheduleClock>().FireAsync(Token);

        Assert.Equal(2, await RunsAsync(_account));
        Assert.Null(_other.Get<WorkflowVersions>().Find(_account, broken.DefinitionId, broken.Version));
        Assert.NotNull(_other.Get<WorkflowVersions>().Find(_account, whole.DefinitionId, whole.Version));
    }

    [Fact]
    public async Task Fire_RowIsBeingPublished_DoesNotWaitAndLosesNothing()
    {
        await PublishAsync(_account, "once");
        await DueAsync();
        await using (var connection = await database.DataSource.OpenConnectionAsync(Token))
        {
            await using var transaction = await connection.BeginTransactionAsync(Token);
            await using var hold = new Npgsql.NpgsqlCommand("SELECT 1 FROM triggers WHERE enabled FOR UPDATE", connection);
            await hold.ExecuteScalarAsync(Token);

            await _node.Get<ScheduleClock>().FireAsync(Token);
            Assert.Equal(1, await RunsAsync(_account));
        }

        await _node.Get<ScheduleClock>().FireAsync(Token);

        Assert.Equal(1, await RunsAsync(_account));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM triggers WHERE enabled AND next_due_at <= now()"));
    }

    private Task<TestEngine> NodeAsync() => TestEngine.CreateAsync(
        database.ConnectionString, options => options.LeaseSeconds = 60, services => services.AddSingleton<IJobHandler>(_jobs));

    /// <summary>Hourly, half an hour away from now, so that no due time passes while a test runs.</summary>
    private Task<Publication> PublishAsync(Guid account, string catchUp, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["kind"] = "hourly", ["minute"] = _due.Minute.ToString(CultureInfo.InvariantCulture), ["catchUp"] = catchUp };
        foreach (var (name, value) in more)
            settings[name] = value;
        return _node.PublishAsync(account, Draw.Chain("Schedule", Draw.Trigger("clock", "AutoForge.Schedule",
            [.. settings.Select(setting => (setting.Key, Draw.Literal(setting.Value)))])));
    }

    /// <summary>Makes every schedule that is on due since its last due time, or one before.</summary>
    private Task<int> DueAsync(int hoursAgo = 0) =>
        database.DataSource.ExecuteAsync("UPDATE triggers SET next_due_at = @due WHERE enabled", ("due", _due.AddHours(-hoursAgo)));

    private Task<long> RunsAsync(Guid account) => database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM runs WHERE account_id = @a", ("a", account));

    private static async Task FireUntilQuietAsync(TestEngine node)
    {
        while (await node.Get<ScheduleClock>().FireAsync(Token) == TimeSpan.Zero)
        {
            // There is more.
        }
    }

    /// <summary>Copies of one published schedule, for many accounts, due at one instant.</summary>
    private async Task HerdAsync(int accounts, int each)
    {
        var model = await PublishAsync(_account, "once");
        for (var i = 0; i < accounts; i++)
            await _node.OpenAccountAsync(777_777);
        await database.DataSource.ExecuteAsync("UPDATE triggers SET enabled = false WHERE account_id = @a", ("a", _account));
        await database.DataSource.ExecuteAsync(
            $"""
            INSERT INTO workflows (account_id, id, name, latest_version, published_version)
            SELECT a.id, 'herd-' || n, w.name, 1, 1
            FROM workflows AS w, accounts AS a, generate_series(1, {each}) AS n
            WHERE w.id = @w AND a.available_cents = 777777;

            INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents, published_at)
            SELECT h.account_id, h.id, 1, h.id, v.document, v.price_cents, now()
            FROM workflow_versions AS v, workflows AS h
            WHERE v.workflow_id = @w AND h.id LIKE 'herd-%';

            INSERT INTO triggers (account_id, id, workflow_id, activity_id, type, version, price_cents, enabled, settings, next_due_at)
            SELECT h.account_id, gen_random_uuid(), h.id, t.activity_id, t.type, 1, t.price_cents, true, t.settings, @due
            FROM triggers AS t, workflows AS h
            WHERE t.workflow_id = @w AND h.id LIKE 'herd-%'
            """, ("w", model.DefinitionId), ("due", _due));
    }
}
