using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>
/// Accepts runs: raw input, run, hold and job in one transaction, many runs to a commit. What this returns is durable.
/// </summary>
internal sealed class RunAcceptance : IHostedService, IAsyncDisposable
{
    private const int MaxGroup = 128;

    private readonly Database _database;
    private readonly JobQueue _queue;
    private readonly JobWorker _worker;
    private readonly TimeProvider _time;
    private readonly IOptions<WorkerOptions> _options;
    private readonly GroupCommit<AcceptRequest, Acceptance> _group;

    public RunAcceptance(Database database, JobQueue queue, JobWorker worker, TimeProvider time, IOptions<WorkerOptions> options)
    {
        _database = database;
        _queue = queue;
        _worker = worker;
        _time = time;
        _options = options;
        _group = new GroupCommit<AcceptRequest, Acceptance>(AcceptAsync, new GroupCommitOptions { MaxGroup = MaxGroup, Writers = 1 });
    }

    /// <summary>Returns after the commit. Asking again with the same dedup key is safe and gives the same run.</summary>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be: ask again with the same key.</exception>
    public Task<Acceptance> AcceptAsync(AcceptRequest request, CancellationToken cancellationToken) =>
        _group.EnqueueAsync(request, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _group.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    /// <remarks>
    /// 1. Lock the accounts in id order. Requests with the same dedup key have the same account, so from here on they are
    ///    one after the other; the unique index is only the net below.
    /// 2. Read the runs that already have one of the keys, the triggers, limits and caps as they are now.
    /// 3. Decide in memory, in order of arrival: duplicate, switched off, over a limit or cap, no balance, accepted.
    /// 4. Store runs, inputs, jobs (kept by this node while it has room, parked while the account has no place), holds,
    ///    refusals; the account rows come last.
    /// 5. Commit. Crash before: nothing is stored and no caller was told otherwise. Crash after, before the answer: the
    ///    caller asks again and finds its run by the key; a kept job's lease runs out and any node takes it.
    /// 6. Start the kept jobs.
    /// </remarks>
    private async ValueTask<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<AcceptRequest> requests, CancellationToken cancellationToken)
    {
        var sentAt = _time.GetTimestamp();
        var reserved = 0;
        var committed = false;
        var handedOut = false;
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // 1, 2
        var facts = await AcceptanceFacts.ReadAsync(connection, transaction, requests, cancellationToken);

        AcceptanceDecision decision;
        try
        {
            // 3
            decision = AcceptanceDecision.Make(requests, facts, TryReserve, _options.Value.MaxConcurrentRunsPerAccount);

            // 4
            if (decision.HasWrites)
            {
                await using var batch = new NpgsqlBatch(connection, transaction);
                AddRuns(batch, decision.Accepted);
                handedOut = decision.AddTo(batch);
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }

            // 5
            await transaction.CommitAsync(cancellationToken);
            committed = true;
        }
        finally
        {
            for (; !committed && reserved > 0; reserved--)
                _worker.CancelReservation();
        }

        // 6
        foreach (var run in decision.Accepted.Where(r => r.IsKept))
        {
            _worker.Start(new Lease
            {
                AccountId = run.Request.AccountId,
                JobId = run.RunId,
                Attempt = 1,
                Tries = 1,
                ClaimedAt = facts.Now,
                Deadline = _queue.DeadlineFrom(sentAt),
                HasPlace = true,
                Hint = run,
            });
        }
        if (handedOut || decision.Accepted.Any(r => r is { HasPlace: true, IsKept: false }))
            _worker.Wake();
        return decision.Results;

        bool TryReserve()
        {
            if (!_worker.TryReserve())
                return false;
            reserved++;
            return true;
        }
    }

    private void AddRuns(NpgsqlBatch batch, IReadOnlyList<AcceptedRun> accepted)
    {
        if (accepted.Count == 0)
            return;
        RunStore.AddInsertTo(batch, accepted);
        batch.BatchCommands.Add(_queue.EnqueueCommand(
            [.. accepted.Select(r => r.Request.AccountId)], [.. accepted.Select(r => r.RunId)],
            [.. accepted.Select(r => r.HasPlace)], [.. accepted.Select(r => r.IsKept)]));
        var seeds = accepted.SelectMany(r => r.Request.SeedSteps.Select(s => (r.Request.AccountId, r.RunId, s))).ToArray();
        if (seeds.Length > 0)
            batch.BatchCommands.Add(StepStore.UpsertCommand(seeds));
    }
}
