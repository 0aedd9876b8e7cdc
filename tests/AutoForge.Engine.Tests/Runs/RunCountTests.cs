using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Runs by day and by workflow, of one account and of the UTC days that are asked for.</summary>
public sealed class RunCountTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateOnly Monday = new(2026, 3, 2);

    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunCountQuery Counts => _node.Get<RunCountQuery>();

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        _account = Ids.NewId();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task ByDay_RunsAroundMidnight_BelongToTheirUtcDay()
    {
        await AddAsync(_account, "a", "2026-03-01T23:59:59.999Z", "Succeeded", 5);
        await AddAsync(_account, "a", "2026-03-02T00:00:00Z", "Succeeded", 7);
        await AddAsync(_account, "b", "2026-03-02T23:59:59.999Z", "Failed", 9);
        await AddAsync(_account, "b", "2026-03-04T12:00:00+14:00", "Succeeded", 11);
        await AddAsync(_account, "b", "2026-03-05T00:00:00Z", "Succeeded", 13);
        await AddAsync(Ids.NewId(), "a", "2026-03-02T12:00:00Z", "Succeeded", 17);

        var days = await Counts.ByDayAsync(_account, Monday, Monday.AddDays(2), Token);

        Assert.Equal([new RunDay(Monday, 1, 1, 7), new RunDay(Monday.AddDays(1), 1, 0, 11), new RunDay(Monday.AddDays(2), 0, 0, 0)], days);
    }

    [Fact]
    public async Task SpendingByWorkflow_OpenAndEndedRuns_CountsWhatMayStillCost()
    {
        await AddAsync(_account, "a", "2026-03-01T23:59:59.999Z", "Succeeded", 3);
        await AddAsync(_account, "a", "2026-03-02T10:00:00Z", "Succeeded", 5);
        await AddAsync(_account, "a", "2026-03-02T11:00:00Z", "Queued", 7);
        await AddAsync(_account, "b", "2026-03-02T12:00:00Z", "Failed", 9);
        await AddAsync(Ids.NewId(), "a", "2026-03-02T12:00:00Z", "Succeeded", 17);

        var spending = await Counts.SpendingByWorkflowAsync(_account, new DateTimeOffset(Monday, TimeOnly.MinValue, TimeSpan.Zero), Token);

        Assert.Equal(new Dictionary<string, long> { ["a"] = 12, ["b"] = 0 }, spending);
    }

    // With an id that says the same time, as every run has.
    private async Task AddAsync(Guid account, string workflow, string acceptedAt, string status, int cents)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            INSERT INTO runs
                (account_id, id, workflow_id, version, trigger_id, trigger_type, status, price_cents, charged_cents, origin_run_id,
                 fault_code, accepted_at, finished_at)
            SELECT @account, n.id, @workflow, 1, n.id, 'manual', @status, @cents, CASE @status WHEN 'Succeeded' THEN @cents ELSE 0 END, n.id,
                   CASE @status WHEN 'Failed' THEN 'fault' END, @at, CASE @status WHEN 'Queued' THEN NULL ELSE @at END
            FROM (SELECT (lpad(to_hex((extract(epoch FROM @at) * 1000)::bigint), 12, '0') || '7000' || substr(md5(random()::text), 1, 16))::uuid AS id) AS n
            """);
        command.Parameters.AddWithValue("account", account);
        command.Parameters.AddWithValue("workflow", workflow);
        command.Parameters.AddWithValue("status", status);
        command.Parameters.AddWithValue("cents", cents);
        command.Parameters.AddWithValue("at", DateTimeOffset.Parse(acceptedAt, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime());
        await command.ExecuteNonQueryAsync(Token);
    }
}
