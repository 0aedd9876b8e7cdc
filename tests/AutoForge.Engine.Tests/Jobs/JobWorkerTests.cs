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

    private static async Task<Guid> AddJobAsync(TestDatabase database)
    {
        var job = Ids.NewId();
        await database.DataSource.ExecuteAsync(
            """
            INSERT INTO jobs (account_id, id, due_at, attempt, tries)
            VALUES (@account, @job, now() - interval '1 second', 0, 0)
            """, ("account", Ids.NewId()), ("job", job));
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
