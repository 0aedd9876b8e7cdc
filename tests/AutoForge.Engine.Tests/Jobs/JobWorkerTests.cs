using System.Threading.Channels;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Engine.Tests.Jobs;

public sealed class JobWorkerTests
{
    /// <summary>Milliseconds; only a broken build needs them.</summary>
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Look_DueJobIsLockedBySomebody_PausesBetweenLooks()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new RecordingTime();
        await using var node = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services
            .AddSingleton<TimeProvider>(time).AddSingleton<IJobHandler>(new HeldJobs()));
        await AddJobAsync(database);
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("SELECT 1 FROM jobs FOR UPDATE", connection);
        await hold.ExecuteScalarAsync(Token);

        await node.Get<JobWorker>().StartAsync(Token);

        for (var looks = 0; looks < 3; looks++)
            Assert.True(await time.Pauses.ReadAsync(Token) >= TimeSpan.FromMilliseconds(20));
        await node.Get<JobWorker>().StopAsync(Token);
    }

    [Fact(Timeout = Patience)]
    public async Task Look_DatabaseGoneAndBack_GoesOn()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        var jobs = new HeldJobs();
        await using var node = await TestEngine.CreateAsync(proxy.ConnectionString, replace: services => services.AddSingleton<IJobHandler>(jobs));
        await node.StartAsync();
        proxy.Cut();
        var job = await AddJobAsync(database);
        var worker = node.Get<JobWorker>();
        var age = worker.HeartbeatAge;
        while (worker.HeartbeatAge <= age + TimeSpan.FromMilliseconds(200))
            await Task.Delay(10, Token);
        Assert.Empty(jobs.Leases);

        proxy.Restore();

        while (!jobs.Leases.ContainsKey(job))
            await Task.Delay(10, Token);
        jobs.Release();
    }

    /// <summary>Not every look is for them, but no look at the queue is the last that is.</summary>
    [Fact(Timeout = Patience)]
    public async Task Look_LeasesOfADeadNodeRunOut_TakesThemOver()
    {
        await using var database = await TestDatabase.CreateAsync();
        var jobs = new HeldJobs();
        await using var node = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services
            .AddSingleton<IJobHandler>(jobs).Configure<WorkerOptions>(options => options.LeaseSeconds = 2));
        var before = await AddJobAsync(database, owner: Ids.NewId());
        await node.StartAsync();
        while (!jobs.Leases.ContainsKey(before))
            await Task.Delay(10, Token);

        var after = await AddJobAsync(database, owner: Ids.NewId());

        while (!jobs.Leases.ContainsKey(after))
            await Task.Delay(10, Token);
        jobs.Release();
    }

    [Fact]
    public async Task ClaimUnleased_LeaseHasRunOut_IsLeftToTheOtherClaim()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        var queue = node.Get<JobQueue>();
        var left = await AddJobAsync(database, owner: Ids.NewId());
        var unleased = await AddJobAsync(database);

        Assert.Equal([unleased], (await queue.ClaimUnleasedAsync(100, Token)).Select(lease => lease.JobId));
        Assert.Equal([left], (await queue.ClaimAsync(100, Token)).Select(lease => lease.JobId));
    }

    /// <param name="owner">Of its lease, which has run out; null = nobody has one.</param>
    private static async Task<Guid> AddJobAsync(TestDatabase database, Guid? owner = null)
    {
        var job = Ids.NewId();
        await database.DataSource.ExecuteAsync(
            """
            INSERT INTO jobs (account_id, id, due_at, attempt, tries, lease_owner)
            VALUES (@account, @job, now() - interval '1 second', 0, 0, @owner)
            """, ("account", Ids.NewId()), ("job", job), ("owner", (object?)owner ?? DBNull.Value));
        return job;
    }

    /// <summary>The system's time, and the pauses that are taken with it.</summary>
    private sealed class RecordingTime : TimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Pauses => _pauses.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _pauses.Writer.TryWrite(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
