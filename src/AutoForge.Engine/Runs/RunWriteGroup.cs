using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Steps;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>What workers say about their runs in one transaction: STARTs, rests and ends, with the money of those that end.</summary>
internal sealed class RunWriteGroup(IReadOnlyList<RunWrite> writes, JobQueue queue)
{
    // Of each lease that is still ours, whether its job had a place.
    private readonly Dictionary<(Guid JobId, int Attempt), bool> _ours = [];
    private RunWrite[] _kept = [.. writes];

    /// <summary>Accounts whose money or places change. A START touches none.</summary>
    public IEnumerable<Guid> AccountIds => _kept.Where(w => w.LeavesPlace).Select(w => w.Lease.AccountId);

    /// <summary>Those whose lease is not known to be lost.</summary>
    public IReadOnlyList<RunWrite> Kept => _kept;

    public bool IsKept(RunWrite write) => _ours.ContainsKey(write.Lease.Fence);

    /// <summary>
    /// Fences all of them, and stores what asks nothing of their accounts: steps, run states, and jobs that rest. Of runs that
    /// end the fence is that their jobs are taken out.
    /// </summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var fenced in Fences())
        {
            Lease[] leases = [.. fenced.Select(w => w.Lease)];
            batch.BatchCommands.Add(fenced.Key ? queue.RemoveCommand(leases) : queue.FenceCommand(leases));
        }
        StepStore.AddTo(batch, [.. _kept.SelectMany(w => w.Steps.Select(s => new StoredStep(w.Lease.AccountId, w.Lease.JobId, s)))]);
        foreach (var write in _kept.Where(w => w.ClosesOpenSteps))
            batch.BatchCommands.Add(StepStore.CancelOpenCommand(write.Lease.AccountId, write.Lease.JobId));
        if (Array.FindAll(_kept, w => !w.IsStateStored) is { Length: > 0 } changed)
            batch.BatchCommands.Add(RunStore.UpdateCommand(changed));
        if (Array.FindAll(_kept, w => w.Status == RunStatus.Waiting) is { Length: > 0 } waiting)
        {
            batch.BatchCommands.Add(JobQueue.GiveBackCommand(
                Array.ConvertAll(waiting, w => w.Lease.AccountId),
                Array.ConvertAll(waiting, w => w.Lease.JobId),
                Array.ConvertAll(waiting, w => w.DueAt ?? throw new InvalidOperationException("A waiting run has no due time."))));
        }
    }

    /// <summary>Reads what <see cref="AddTo"/> returns and leaves the reader behind it.</summary>
    /// <returns>
    /// False: leases are lost. Their writes are dropped from the group, and the transaction, which has stored some of them, must
    /// not be committed.
    /// </returns>
    public bool Read(NpgsqlDataReader reader)
    {
        _ours.Clear();
        foreach (var _ in Fences())
        {
            while (reader.Read())
                _ours[(reader.GetGuid(0), reader.GetInt32(1))] = reader.GetBoolean(2);
            reader.NextResult();
        }
        var asked = _kept.Length;
        _kept = Array.FindAll(_kept, IsKept);
        return _kept.Length == asked;
    }

    /// <summary>Books the money, consume for a success and release for any other end, and leaves the places.</summary>
    public void Settle(LockedAccounts accounts)
    {
        foreach (var write in _kept.Where(w => w.IsTerminal))
        {
            var type = write.Status == RunStatus.Succeeded ? EntryType.Consume : EntryType.Release;
            if (!accounts.TryMove(Settlement(write.Lease.AccountId, write.Lease.JobId, type, write.PriceCents, write.AcceptedAt)))
                throw new InvalidOperationException($"The hold of run {write.Lease.JobId} is not covered by the held balance.");
        }
        foreach (var write in _kept.Where(w => w.LeavesPlace))
            accounts.LeavePlace(write.Lease.AccountId, hadPlace: _ours[write.Lease.Fence], wasParked: false);
    }

    /// <summary>Adds what follows from runs that were not charged.</summary>
    public void AddUnchargedTo(NpgsqlBatch batch)
    {
        if (Array.FindAll(_kept, w => w is { IsTerminal: true, Status: not RunStatus.Succeeded }) is not { Length: > 0 } uncharged)
            return;
        batch.BatchCommands.Add(WorkflowCaps.ReleaseCommand(
            Array.ConvertAll(uncharged, w => w.Lease.AccountId), Array.ConvertAll(uncharged, w => w.Lease.JobId)));
        NoticeStore.AddTo(batch, [.. uncharged.Where(w => w.Status == RunStatus.Failed).Select(w => Notice.OfFailure(w.Lease.AccountId, w.WorkflowId, w.Lease.JobId))]);
    }

    /// <summary>One statement each: of the writes that end their runs, and of those that do not.</summary>
    private IEnumerable<IGrouping<bool, RunWrite>> Fences() => _kept.GroupBy(w => w.IsTerminal);

    public static Movement Settlement(Guid accountId, Guid runId, string type, int priceCents, DateTimeOffset acceptedAt) => new(
        accountId, type, priceCents, runId, "run", type == EntryType.Consume ? "Run succeeded" : "Run not charged")
    {
        RunAcceptedAt = acceptedAt,
    };
}
