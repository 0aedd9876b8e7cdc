using AutoForge.Engine.Crashes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>Ends runs on a user's wish, wherever they are.</summary>
public sealed class RunCancellation
{
    private readonly Database _database;
    private readonly RunSignals _signals;
    private readonly JobWorker _worker;
    private readonly EngineMetrics _metrics;
    private readonly IOptions<WorkerOptions> _options;

    internal RunCancellation(Database database, RunSignals signals, JobWorker worker, EngineMetrics metrics, IOptions<WorkerOptions> options)
    {
        _database = database;
        _signals = signals;
        _worker = worker;
        _metrics = metrics;
        _options = options;
    }

    /// <summary>
    /// Cancels an open run and releases its hold, in one transaction. A step that is under way on some node may still
    /// take effect outside, but nothing of it is stored: the job is gone, so the node's next write is fenced off.
    /// </summary>
    /// <returns>False when the run does not exist or is already terminal.</returns>
    public async Task<bool> CancelAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        while (true)
        {
            try
            {
                return await TryCancelAsync(connection, accountId, runId, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // A worker is writing the run, perhaps its end, and waits for the account that we had.
                await JobQueue.WaitForWriterAsync(connection, accountId, runId, cancellationToken);
            }
        }
    }

    private async Task<bool> TryCancelAsync(NpgsqlConnection connection, Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var accounts = await LockedAccounts.LockAsync(connection, transaction, accountId, cancellationToken);
        var job = await JobQueue.RemoveAsync(connection, transaction, accountId, runId, cancellationToken);
        if (await EndAsync(connection, transaction, accountId, runId, cancellationToken) is not { } run)
            return false;

        if (!accounts.TryMove(RunWriteGroup.Settlement(accountId, runId, EntryType.Release, run.PriceCents, run.AcceptedAt)))
            throw new InvalidOperationException($"The hold of run {runId} is not covered by the held balance.");
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { StepStore.CancelOpenCommand(accountId, runId), WorkflowCaps.ReleaseCommand([accountId], [runId]) },
        };
        if (job is var (hadPlace, wasParked))
            accounts.LeavePlace(accountId, hadPlace, wasParked);
        var handed = accounts.HandOutPlaces(_options.Value.MaxConcurrentRunsPerAccount);
        if (handed.Count > 0)
            batch.BatchCommands.Add(JobQueue.HandOutCommand(handed));
        accounts.AddTo(batch);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        CrashPoints.Pass(CrashPoint.Cancel, CommitSide.Before);
        await transaction.CommitAsync(cancellationToken);
        CrashPoints.Pass(CrashPoint.Cancel, CommitSide.After);
        _metrics.RunEnded(RunStatus.Cancelled, run.FinishedAt - run.AcceptedAt);
        if (handed.Count > 0)
            _worker.Wake();
        _signals.Raise(runId);
        return true;
    }

    private static async Task<(int PriceCents, DateTimeOffset AcceptedAt, DateTimeOffset FinishedAt)?> EndAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE runs
            SET status = 'Cancelled',
                finished_at = now(),
                updated_at = clock_timestamp()
            WHERE account_id = @account
              AND id = @run
              AND status IN ('Queued', 'Running', 'Waiting')
            RETURNING price_cents, accepted_at, finished_at
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("run", runId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2))
            : null;
    }
}
