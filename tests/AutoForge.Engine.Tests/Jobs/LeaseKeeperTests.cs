using AutoForge.Engine.Jobs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Engine.Tests.Jobs;

/// <summary>A node stops its work before the database gives it away (reliability 1).</summary>
public sealed class LeaseKeeperTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int LeaseSeconds = 4;

    private readonly FakeClock _clock = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renew_InTime_MovesTheDeadline()
    {
        await using var node = await NodeAsync(database.ConnectionString, _clock);
        var (keeper, lease) = await LeaseAsync(node);

        _clock.Advance(TimeSpan.FromSeconds(2));
        keeper.Renew();
        _clock.Advance(TimeSpan.FromSeconds(2));
        keeper.LoseExpired();

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task LoseExpired_DatabaseAway_TakesTheLeaseAwayWithAQuarterLeft()
    {
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        await using var node = await NodeAsync(proxy.ConnectionString, _clock);
        var (keeper, lease) = await LeaseAsync(node);
        proxy.Cut();

        _clock.Advance(TimeSpan.FromSeconds(2.9));
        keeper.Renew();
        keeper.LoseExpired();
        Assert.False(lease.Lost.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromSeconds(0.2));
        keeper.LoseExpired();
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.True(_clock.GetTimestamp() < lease.Deadline);
    }

    [Fact]
    public async Task Renew_LeaseTakenByAnotherNode_IsLost()
    {
        await using var node = await NodeAsync(database.ConnectionString, _clock);
        await using var other = await NodeAsync(database.ConnectionString, _clock);
        var (keeper, lease) = await LeaseAsync(node);
        await node.ExpireLeasesAsync(lease.AccountId);
        await other.ClaimAsync(lease.JobId);

        keeper.Renew();

        Assert.True(lease.Lost.IsCancellationRequested);
    }

    /// <summary>A writer that stands still with one of them must not keep the others from being taken over.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Renew_OneIsBeingWritten_RenewsTheOthersAndLeavesItAsItIs()
    {
        await using var node = await NodeAsync(database.ConnectionString, _clock);
        var (keeper, written) = await LeaseAsync(node);
        var (_, other) = await LeaseAsync(node);
        var deadline = written.Deadline;
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var write = new NpgsqlCommand("SELECT 1 FROM jobs WHERE id = @id FOR NO KEY UPDATE", connection, transaction))
        {
            write.Parameters.AddWithValue("id", written.JobId);
            await write.ExecuteScalarAsync(Token);
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        keeper.Renew();

        Assert.False(written.Lost.IsCancellationRequested);
        Assert.Equal(deadline, written.Deadline);
        Assert.True(other.Deadline > deadline);
    }

    [Fact]
    public async Task Lose_CallbackThatThrows_HarmsNobody()
    {
        await using var node = await NodeAsync(database.ConnectionString, _clock);
        var (keeper, lease) = await LeaseAsync(node);
        using var registration = lease.Lost.Register(() => throw new InvalidOperationException("from a step"));
        _clock.Advance(TimeSpan.FromSeconds(LeaseSeconds));

        keeper.LoseExpired();

        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task LoseExpired_RenewalHangs_IsNotHeldUpByIt()
    {
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        await using var node = await NodeAsync(proxy.ConnectionString, TimeProvider.System);
        var (keeper, lease) = await LeaseAsync(node);
        // The pool has its connection, and it goes silent: an answer would come after five seconds at the earliest.
        keeper.Renew();
        proxy.Freeze();
        var lost = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lease.Lost.Register(() => lost.SetResult(TimeProvider.System.GetTimestamp()));

        await keeper.StartAsync(Token);
        var lostAt = await lost.Task.WaitAsync(Token);
        proxy.Restore();

        Assert.True(lostAt < lease.Deadline, "The database could have given the job away already.");
    }

    private static Task<TestEngine> NodeAsync(string connectionString, TimeProvider time) => TestEngine.CreateAsync(
        connectionString,
        options => options.LeaseSeconds = LeaseSeconds,
        services => services.AddSingleton(time).AddSingleton<IJobHandler>(new HeldJobs()));

    /// <summary>A job that the node has claimed and its keeper keeps; nothing runs by itself.</summary>
    private static async Task<(LeaseKeeper Keeper, Lease Lease)> LeaseAsync(TestEngine node)
    {
        var (account, job) = (Ids.NewId(), Ids.NewId());
        await node.Get<Database>().DataSource.ExecuteAsync(
            """
            INSERT INTO jobs (account_id, id, due_at, attempt, tries)
            VALUES (@account, @job, now(), 0, 0)
            """, ("account", account), ("job", job));
        var lease = await node.ClaimAsync(job);
        var keeper = node.Get<LeaseKeeper>();
        keeper.Add(lease);
        return (keeper, lease);
    }
}
