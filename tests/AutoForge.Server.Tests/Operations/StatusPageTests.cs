using AutoForge.Engine.Storage;
using AutoForge.Server.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Server.Tests.Operations;

/// <summary>What anybody may know of the server.</summary>
public sealed class StatusPageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ForAStranger_TellsThatAllIsWell()
    {
        using var stranger = new PageClient(server.Address);

        var text = await stranger.TextAsync("/status");

        Assert.Contains("Everything works", text, StringComparison.Ordinal);
        Assert.Contains("Reachable", text, StringComparison.Ordinal);
        Assert.Contains("0.1.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AskedAgainSoon_IsKeptForFiveSeconds()
    {
        var clock = new SetTime();
        using var report = Report(server.Services.GetRequiredService<Database>(), clock);
        var first = await report.GetAsync(Cancelled);

        clock.Advance(TimeSpan.FromSeconds(4));
        var kept = await report.GetAsync(Cancelled);
        clock.Advance(TimeSpan.FromSeconds(1));
        var asked = await report.GetAsync(Cancelled);

        Assert.Same(first, kept);
        Assert.Equal(first.At + TimeSpan.FromSeconds(5), asked.At);
    }

    [Fact]
    public async Task Status_AJobThatNobodyTakes_TellsHowLongItWaits()
    {
        // A database of its own: no worker is there to take it.
        await using var idle = new IdleDatabase();
        await idle.InitializeAsync();
        await using (var insert = idle.DataSource.CreateCommand("INSERT INTO jobs (account_id, id, due_at, attempt, tries) SELECT gen_random_uuid(), gen_random_uuid(), now() - n * interval '1 minute', 0, 0 FROM generate_series(-1, 2) AS n"))
            await insert.ExecuteNonQueryAsync(Cancelled);
        using var report = Report(idle.Database, new SetTime());

        var status = await report.GetAsync(Cancelled);

        Assert.Equal(2, (int)status.QueueAge!.Value.TotalMinutes);
        Assert.True(status is { IsWorking: true, IsBehind: true });
    }

    [Fact]
    public void Status_ByWhatIsFound_IsTold()
    {
        var well = new ServerStatus(true, TimeSpan.FromSeconds(1), null, "1", default);

        Assert.True(well is { IsWorking: true, IsBehind: false });
        Assert.True((well with { QueueAge = TimeSpan.FromSeconds(61) }).IsBehind);
        Assert.False((well with { HasDatabase = false }).IsWorking);
        Assert.False((well with { WorkerAge = TimeSpan.FromSeconds(121) }).IsWorking);
        Assert.True((well with { WorkerAge = null }).IsWorking);
    }

    [Fact]
    public async Task Status_WithoutADatabase_IsToldNotThrown()
    {
        var options = new DatabaseOptions { ConnectionString = server.Database.ConnectionString, MigrationAssemblies = [typeof(AutoForgeServer).Assembly] };
        var gone = await Database.OpenAsync(options, NullLoggerFactory.Instance, Cancelled);
        await gone.DisposeAsync();
        using var report = Report(gone, new SetTime());

        var status = await report.GetAsync(Cancelled);

        Assert.False(status.HasDatabase);
        Assert.False(status.IsWorking);
    }

    private static StatusReport Report(Database database, TimeProvider time) =>
        new(database, new WorkerHeartbeat(() => TimeSpan.FromSeconds(1)), time, NullLogger<StatusReport>.Instance);

    private sealed class IdleDatabase() : AutoForge.Testing.TestDatabase(typeof(AutoForgeServer).Assembly);

    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
