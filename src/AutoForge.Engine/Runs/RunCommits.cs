using AutoForge.Engine.Crashes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Triggers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>
/// The one writer of a node. Runs that are accepted, begin a step, rest or end at about the same time share a transaction and
/// its commit, whatever their accounts are.
/// </summary>
/// <remarks>
/// One, because two would wait for each other's accounts with half the runs in every commit: the more there is to do, the more
/// runs share what a transaction costs. An idle node writes at once. Nodes that have runs of the same accounts do wait for each
/// other, so an account is locked as late as can be.
/// <para>
/// Npgsql's synchronous calls would send all of a batch but its first statement from the thread pool, behind whatever is
/// queued there. Its asynchronous ones send from the thread that calls them, and this one does nothing but wait for them.
/// </para>
/// </remarks>
internal sealed class RunCommits : IHostedService, IAsyncDisposable
{
    private const int MaxGroup = 256;

    // So long the callers of the group before wait with us for step 1.
    private static readonly TimeSpan HoldsUp = TimeSpan.FromMilliseconds(2);

    private readonly Database _database;
    private readonly JobQueue _queue;
    private readonly RunSignals _signals;
    private readonly EngineMetrics _metrics;
    private readonly DatabaseClock _clock;
    private readonly TimeProvider _time;
    private readonly IOptions<WorkerOptions> _options;
    private readonly GroupCommit<Item, Result> _group;

    public RunCommits(
        Database database, JobQueue queue, RunSignals signals, EngineMetrics metrics, DatabaseClock clock, TimeProvider time, IOptions<WorkerOptions> options)
    {
        _database = database;
        _queue = queue;
        _signals = signals;
        _metrics = metrics;
        _clock = clock;
        _time = time;
        _options = options;
        _group = new GroupCommit<Item, Result>("autoforge-runs", Commit, new GroupCommitOptions { MaxGroup = MaxGroup });
    }

    /// <summary>Returns after the commit.</summary>
    /// <param name="worker">Of this node: it keeps the run while it has room.</param>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be.</exception>
    public async Task<Acceptance> AcceptAsync(AcceptRequest request, JobWorker worker, CancellationToken cancellationToken) =>
        (await _group.EnqueueAsync(request.AccountId, new Item(request, worker, null), cancellationToken)).Acceptance;

    /// <summary>Returns after the commit.</summary>
    /// <returns>Null: the lease is lost and nothing was written. Otherwise whether parked runs got places by it and are due.</returns>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be.</exception>
    public async Task<bool?> WriteAsync(RunWrite write, CancellationToken cancellationToken) =>
        (await _group.EnqueueAsync(write.Lease.AccountId, new Item(null, null, write), cancellationToken)).Written;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _group.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    /// <remarks>
    /// 1. Fence: lock the jobs whose lease is still ours, or take them out with runs that end. Store what the writes say that
    ///    their accounts have no say in. When a lease is lost all of that is undone, and done again without its writes.
    ///    Then lock the accounts of runs that are accepted, rest or end, in id order. Requests with the same dedup key have
    ///    the same account, so from here on they are one after the other; the unique index is only the net below. Read what
    ///    acceptance must know.
    /// 2. In memory: settle what ends, so that its money and places are free, then decide on what wants to begin, then
    ///    hand free places to parked runs.
    /// 3. Store it. The account rows come last.
    /// 4. Commit. Crash before: nothing happened and nobody was told otherwise; leases run out, runs are claimed again, and
    ///    the journal tells what was done. Crash after, before the answer: a caller asks again and finds its run by the
    ///    key; what was written of a run is found by whoever claims it.
    /// 5. Start the runs that this node keeps, and wake who waits.
    /// </remarks>
    private Written<Result> Commit(IReadOnlyList<Item> items, Action sent)
    {
        var sentAt = _time.GetTimestamp();
        var accepting = items.FirstOrDefault(i => i.Worker is not null)?.Worker is { } worker
            ? new AcceptanceGroup([.. items.Select(i => i.Request).OfType<AcceptRequest>()], worker, _queue, _options.Value.MaxConcurrentRunsPerAccount)
            : null;
        var writing = new RunWriteGroup([.. items.Select(i => i.Write).OfType<RunWrite>()], _queue);
        try
        {
            bool? madeDue = null;
            while (madeDue is null)
                madeDue = Transact(accepting, writing, sentAt, sent);
            _metrics.GroupCommitted(items.Count, _time.GetElapsedTime(sentAt));
            return new(Results(items, accepting, writing, madeDue.Value), () => Follow(accepting, writing, madeDue.Value, sentAt));
        }
        catch
        {
            accepting?.Dispose();
            throw;
        }
    }

    /// <summary>Steps 1 to 4.</summary>
    /// <returns>Whether parked runs got places and are due; null when writes were dropped and nothing is committed.</returns>
    private bool? Transact(AcceptanceGroup? accepting, RunWriteGroup writing, long sentAt, Action sent)
    {
        if (accepting is null && writing.Kept.Count == 0)
            return false;
        using var connection = Await(_database.GroupDataSource.OpenConnectionAsync().AsTask(), sent);
        using var transaction = connection.BeginTransaction();

        // 1
        if (Read(connection, transaction, accepting, writing, sent) is not { } accounts)
            return null;

        if (accepting is not null)
            _clock.Set(accepting.Now);

        // 2
        writing.Settle(accounts);
        accepting?.Decide();
        var handed = accounts.HandOutPlaces(_options.Value.MaxConcurrentRunsPerAccount);

        // 3
        using var batch = new NpgsqlBatch(connection, transaction);
        accepting?.AddTo(batch);
        writing.AddUnchargedTo(batch);
        if (handed.Count > 0)
            batch.BatchCommands.Add(JobQueue.HandOutCommand(handed));
        accounts.AddTo(batch);

        // 4. In the same round trip: it is not reached when something before it fails.
        Pass(CommitSide.Before, accepting, writing);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        try
        {
            var storing = batch.ExecuteNonQueryAsync();
            sent();
            storing.GetAwaiter().GetResult();
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            accepting?.StartUnsure(_queue.DeadlineFrom(sentAt));
            throw;
        }
        Pass(CommitSide.After, accepting, writing);
        return handed.Count > 0;
    }

    /// <summary>Step 5.</summary>
    private void Follow(AcceptanceGroup? accepting, RunWriteGroup writing, bool madeDue, long sentAt)
    {
        accepting?.Start(_queue.DeadlineFrom(sentAt));
        if (madeDue)
            accepting?.Wake();
        foreach (var write in writing.Kept)
            _signals.Raise(write.Lease.JobId);
        accepting?.Dispose();
    }

    /// <returns>Null: leases are lost.</returns>
    private static LockedAccounts? Read(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AcceptanceGroup? accepting, RunWriteGroup writing, Action sent)
    {
        using var batch = new NpgsqlBatch(connection, transaction);
        writing.AddTo(batch);
        Guid[] ids = [.. writing.AccountIds.Concat(accepting?.AccountIds ?? [])];
        if (ids.Length > 0)
            batch.BatchCommands.Add(LockedAccounts.LockCommand(ids));
        accepting?.AddReadsTo(batch);

        using var reader = Await(batch.ExecuteReaderAsync(), sent);
        if (!writing.Read(reader))
            return null;
        var accounts = new LockedAccounts();
        if (ids.Length > 0)
        {
            accounts.Read(reader);
            reader.NextResult();
        }
        accepting?.Read(reader, accounts);
        return accounts;
    }

    /// <summary>Waits, but the callers of the group before do not wait long for the same.</summary>
    private static T Await<T>(Task<T> task, Action sent)
    {
        if (Task.WaitAny([task], HoldsUp) < 0)
            sent();
        return task.GetAwaiter().GetResult();
    }

    private static void Pass(CommitSide side, AcceptanceGroup? accepting, RunWriteGroup writing)
    {
        if (!CrashPoints.AreArmed)
            return;
        if (accepting?.Results.Any(r => r.Outcome == AcceptOutcome.Accepted) == true)
            CrashPoints.Pass(CrashPoint.Accept, side);
        foreach (var point in writing.Kept.Select(w => w.CrashPoint).Distinct())
            CrashPoints.Pass(point, side);
    }

    private static Result[] Results(IReadOnlyList<Item> items, AcceptanceGroup? accepting, RunWriteGroup writing, bool madeDue)
    {
        var results = new Result[items.Count];
        var accepted = 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = items[i].Write is { } write
                ? new Result(default, writing.IsKept(write) ? madeDue : null)
                : new Result(accepting!.Results[accepted++], null);
        }
        return results;
    }

    /// <summary>Either a wish to start a run, or what a worker says about one.</summary>
    private sealed record Item(AcceptRequest? Request, JobWorker? Worker, RunWrite? Write);

    private readonly record struct Result(Acceptance Acceptance, bool? Written);
}
