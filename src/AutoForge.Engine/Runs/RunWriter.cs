using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>
/// Writes what workers say about their runs: many runs, one transaction, one commit. A run's end and its money are in
/// the same transaction (money rule 2).
/// </summary>
internal sealed class RunWriter : IHostedService, IAsyncDisposable
{
    private const int MaxGroup = 128;

    private readonly Database _database;
    private readonly JobQueue _queue;
    private readonly RunSignals _signals;
    private readonly TimeProvider _time;
    private readonly IOptions<WorkerOptions> _options;
    private readonly GroupCommit<RunWrite, Written> _starts;
    private readonly GroupCommit<RunWrite, Written> _ends;
    private volatile bool _stopped;

    public RunWriter(Database database, JobQueue queue, RunSignals signals, TimeProvider time, IOptions<WorkerOptions> options)
    {
        _database = database;
        _queue = queue;
        _signals = signals;
        _time = time;
        _options = options;
        // One writer each: two would only wait for each other's accounts, with half the runs in every commit. A START locks
        // no account, so it must not stand behind those that do.
        _starts = new GroupCommit<RunWrite, Written>(WriteAsync, new GroupCommitOptions { MaxGroup = MaxGroup, Writers = 1 });
        _ends = new GroupCommit<RunWrite, Written>(WriteAsync, new GroupCommitOptions { MaxGroup = MaxGroup, Writers = 1 });
    }

    /// <summary>
    /// Returns after the commit. While the database is away the write is kept and tried again, until the lease is over: a
    /// result that is lost would be an effect that is repeated, or a run that is uncertain (reliability 17).
    /// </summary>
    /// <remarks>
    /// A try of which it is not known whether it happened may be repeated: a START is stored over itself, and an end or a
    /// rest that did happen has taken the lease away, so the repeat is fenced off.
    /// </remarks>
    /// <returns>Whether a parked run got the place of one that left in the same commit, and is due now.</returns>
    /// <exception cref="LeaseLostException">Another node owns the run, or this very write is done already; nothing more was written.</exception>
    /// <exception cref="DatabaseUnavailableException">The lease is over, or the node stops, and the database is still away.</exception>
    public async ValueTask<bool> WriteAsync(RunWrite write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await (write.LeavesPlace ? _ends : _starts).EnqueueAsync(write, cancellationToken) switch
                {
                    Written.Lost => throw new LeaseLostException(write.Lease.JobId),
                    var written => written == Written.AndOthersDue,
                };
            }
            catch (DatabaseUnavailableException) when (!_stopped && _time.GetTimestamp() < write.Lease.Deadline)
            {
                await Task.Delay(Outage.Pause, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        return Task.WhenAll(_starts.StopAsync(cancellationToken), _ends.StopAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        await _starts.DisposeAsync();
        await _ends.DisposeAsync();
    }

    /// <remarks>
    /// 1. Lock the accounts of runs that end or rest, in id order.
    /// 2. Fence: lock the jobs whose lease is still ours. Writes without a job are dropped here.
    /// 3. Store steps, run states and queue changes.
    /// 4. Book the money: consume for a success, release for any other end. Hand the places that became free to parked
    ///    runs. The account rows come last.
    /// 5. Commit. Crash before: nothing happened; the leases run out, the runs are claimed again, and the journal tells
    ///    what was done. Crash after: everything happened; callers that were not answered are gone with the process.
    /// </remarks>
    private async ValueTask<IReadOnlyList<Written>> WriteAsync(IReadOnlyList<RunWrite> writes, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // 1, 2
        var leaving = writes.Where(w => w.LeavesPlace).Select(w => w.Lease.AccountId).ToArray();
        var (accounts, ours) = await LockAndFenceAsync(connection, transaction, leaving, writes, cancellationToken);
        var kept = writes.Where(w => ours.ContainsKey(w.Lease.Fence)).ToArray();
        var handed = (IReadOnlyList<(Guid AccountId, int Count)>)[];
        if (kept.Length > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);

            // 3
            var steps = kept.SelectMany(w => w.Steps.Select(s => (w.Lease.AccountId, w.Lease.JobId, s))).ToArray();
            if (steps.Length > 0)
                batch.BatchCommands.Add(StepStore.UpsertCommand(steps));
            foreach (var write in kept.Where(w => w.ClosesOpenSteps))
                batch.BatchCommands.Add(StepStore.CancelOpenCommand(write.Lease.AccountId, write.Lease.JobId));
            if (Array.FindAll(kept, w => !w.IsStateStored) is { Length: > 0 } changed)
                batch.BatchCommands.Add(RunStore.UpdateCommand(changed));
            AddQueueChanges(batch, kept);

            // 4
            if (accounts is not null)
            {
                foreach (var write in kept.Where(w => w.IsTerminal))
                    Settle(accounts, write);
                foreach (var write in kept.Where(w => w.LeavesPlace))
                    accounts.LeavePlace(write.Lease.AccountId, hadPlace: ours[write.Lease.Fence], wasParked: false);
                handed = accounts.HandOutPlaces(_options.Value.MaxConcurrentRunsPerAccount);
                if (handed.Count > 0)
                    batch.BatchCommands.Add(JobQueue.HandOutCommand(handed));
                AddUncharged(batch, [.. kept.Where(w => w is { IsTerminal: true, Status: not RunStatus.Succeeded })]);
                accounts.AddTo(batch);
            }
            if (batch.BatchCommands.Count > 0)
                await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        // 5
        await transaction.CommitAsync(cancellationToken);

        // 6
        foreach (var write in kept)
            _signals.Raise(write.Lease.JobId);
        var due = handed.Count > 0 ? Written.AndOthersDue : Written.Alone;
        return [.. writes.Select(w => ours.ContainsKey(w.Lease.Fence) ? due : Written.Lost)];
    }

    // Ours: which leases still hold, and whether their jobs have a place.
    private async Task<(LockedAccounts? Accounts, Dictionary<(Guid JobId, int Attempt), bool> Ours)> LockAndFenceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid[] leaving, IReadOnlyList<RunWrite> writes,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (leaving.Length > 0)
            batch.BatchCommands.Add(LockedAccounts.LockCommand(leaving));
        batch.BatchCommands.Add(_queue.FenceCommand([.. writes.Select(w => w.Lease)]));

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        LockedAccounts? accounts = null;
        if (leaving.Length > 0)
        {
            accounts = await LockedAccounts.ReadAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }
        var ours = new Dictionary<(Guid, int), bool>();
        while (await reader.ReadAsync(cancellationToken))
            ours[(reader.GetGuid(0), reader.GetInt32(1))] = reader.GetBoolean(2);
        return (accounts, ours);
    }

    private static void AddQueueChanges(NpgsqlBatch batch, RunWrite[] kept)
    {
        var ended = kept.Where(w => w.IsTerminal).ToArray();
        if (ended.Length > 0)
        {
            batch.BatchCommands.Add(JobQueue.RemoveCommand(
                Array.ConvertAll(ended, w => w.Lease.AccountId), Array.ConvertAll(ended, w => w.Lease.JobId)));
        }
        var waiting = kept.Where(w => w.Status == RunStatus.Waiting).ToArray();
        if (waiting.Length > 0)
        {
            batch.BatchCommands.Add(JobQueue.GiveBackCommand(
                Array.ConvertAll(waiting, w => w.Lease.AccountId),
                Array.ConvertAll(waiting, w => w.Lease.JobId),
                Array.ConvertAll(waiting, w => w.DueAt ?? throw new InvalidOperationException("A waiting run has no due time."))));
        }
    }

    private static void AddUncharged(NpgsqlBatch batch, RunWrite[] uncharged)
    {
        if (uncharged.Length == 0)
            return;
        batch.BatchCommands.Add(WorkflowCaps.ReleaseCommand(
            Array.ConvertAll(uncharged, w => w.Lease.AccountId), Array.ConvertAll(uncharged, w => w.Lease.JobId)));
        NoticeStore.AddTo(batch, [.. uncharged.Where(w => w.Status == RunStatus.Failed).Select(w => Notice.OfFailure(w.Lease.AccountId, w.WorkflowId, w.Lease.JobId))]);
    }

    private static void Settle(LockedAccounts accounts, RunWrite write)
    {
        var type = write.Status == RunStatus.Succeeded ? EntryType.Consume : EntryType.Release;
        if (!accounts.TryMove(Settlement(write.Lease.AccountId, write.Lease.JobId, type, write.PriceCents, write.AcceptedAt)))
            throw new InvalidOperationException($"The hold of run {write.Lease.JobId} is not covered by the held balance.");
    }

    public static Movement Settlement(Guid accountId, Guid runId, string type, int priceCents, DateTimeOffset acceptedAt) => new(
        accountId, type, priceCents, runId, "run", type == EntryType.Consume ? "Run succeeded" : "Run not charged")
    {
        RunAcceptedAt = acceptedAt,
    };

    private enum Written
    {
        Lost,
        Alone,
        AndOthersDue,
    }
}
