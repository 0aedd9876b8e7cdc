using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>
/// The acceptances of one transaction: raw input, run, hold and job of each. Dispose it after the transaction: what this node
/// has set aside for runs that were not committed is given back.
/// </summary>
/// <param name="worker">Of this node, which keeps the runs that it has room for.</param>
internal sealed class AcceptanceGroup(IReadOnlyList<AcceptRequest> requests, JobWorker worker, JobQueue queue, int defaultPlaces) : IDisposable
{
    private AcceptanceFacts? _facts;
    private AcceptanceDecision? _decision;
    private int _reserved;

    public IEnumerable<Guid> AccountIds => requests.Select(r => r.AccountId);

    public IReadOnlyList<Acceptance> Results => _decision!.Results;

    /// <summary>The database's time of the decision.</summary>
    public DateTimeOffset Now => _facts!.Now;

    /// <summary>Reads the runs that already have one of the keys, the triggers, limits and caps as they are once the accounts are locked.</summary>
    public void AddReadsTo(NpgsqlBatch batch) => AcceptanceFacts.AddReadsTo(batch, requests);

    public void Read(NpgsqlDataReader reader, LockedAccounts accounts) => _facts = AcceptanceFacts.Read(reader, requests, accounts);

    /// <summary>Decides in memory, in order of arrival: duplicate, switched off, over a limit or cap, no balance, accepted.</summary>
    public void Decide() => _decision = AcceptanceDecision.Make(requests, _facts!, TryReserve, defaultPlaces);

    /// <summary>Adds runs, inputs, jobs (kept by this node while it has room, parked while the account has no place), caps and refusals.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        var accepted = _decision!.Accepted;
        if (accepted.Count > 0)
        {
            RunStore.AddInsertTo(batch, accepted);
            batch.BatchCommands.Add(queue.EnqueueCommand(
                [.. accepted.Select(r => r.Request.AccountId)], [.. accepted.Select(r => r.RunId)],
                [.. accepted.Select(r => r.HasPlace)], [.. accepted.Select(r => r.IsKept)]));
            var steps = accepted.SelectMany(r => r.FirstSteps.Select(s => new StoredStep(r.Request.AccountId, r.RunId, s))).ToArray();
            if (steps.Length > 0)
                batch.BatchCommands.Add(StepStore.InsertCommand(steps));
        }
        _decision.AddTo(batch);
    }

    /// <summary>After the commit: starts the kept runs, in the places that were reserved for them.</summary>
    /// <param name="deadline">Of their leases, by the monotonic clock.</param>
    public void Start(long deadline)
    {
        foreach (var run in _decision!.Accepted.Where(r => r.IsKept))
            Start(run, deadline);
        if (_decision.Accepted.Any(r => r is { HasPlace: true, IsKept: false }))
            worker.Wake();
    }

    /// <summary>
    /// After a commit of which nobody knows whether it happened. A START that was stored by it binds this node alone, which
    /// knows that nothing has come of it: whoever finds it later cannot tell. So the run goes on here, and the fence of its
    /// next write knows whether there is one.
    /// </summary>
    /// <inheritdoc cref="Start(long)" path="/param"/>
    public void StartUnsure(long deadline)
    {
        foreach (var run in _decision!.Accepted.Where(r => r.HeadStart is { Steps.Count: > 0 }))
            Start(run with { IsStored = false }, deadline);
    }

    /// <summary>Parked runs have got places and are due.</summary>
    public void Wake() => worker.Wake();

    public void Dispose()
    {
        for (; _reserved > 0; _reserved--)
            worker.CancelReservation();
    }

    private void Start(AcceptedRun run, long deadline)
    {
        _reserved--;
        worker.Start(new Lease
        {
            AccountId = run.Request.AccountId,
            JobId = run.RunId,
            Attempt = 1,
            Tries = 1,
            ClaimedAt = Now,
            Deadline = deadline,
            HasPlace = true,
            Hint = run,
        });
    }

    private bool TryReserve()
    {
        if (!worker.TryReserve())
            return false;
        _reserved++;
        return true;
    }
}
