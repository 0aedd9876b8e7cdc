using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>
/// Clears away what old runs were given and gave: inputs, journals, names, faults. The run's row stays with its times,
/// state and price, as do its ledger entries: money is proven for ever, and a receipt can always be made.
/// </summary>
/// <remarks>
/// Nothing marks a run as old. A run that still has its input is one that was not cleared, and ids are made in order of
/// time, so the primary key of the inputs leads to an account's oldest. Every node does this; what one is at, others skip.
/// </remarks>
internal sealed class RunRetention(Database database, TimeProvider time, IOptions<RetentionOptions> options, ILogger<RunRetention> logger)
    : BackgroundService
{
    private const int AccountsAtOnce = 500;

    /// <summary>A batch is followed by so many times its own time of rest: it has all the time there is, and runs have not.</summary>
    private const int Rest = 3;

    // Ids are made by the clocks of nodes, times of runs by the database's.
    private const string ClockDifference = "5 minutes";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(options.Value.EveryMinutes), time);
        try
        {
            do
                await TrySweepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    private async Task TrySweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            var removed = await SweepAsync(stoppingToken);
            if (removed > 0)
                Log.OldRunsRemoved(logger, removed);
        }
        // The loop's edge: what failed now is found again by the next look.
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Log.RetentionFailed(logger, e);
        }
    }

    /// <summary>Goes through all accounts once.</summary>
    /// <returns>The number of runs cleared.</returns>
    internal async Task<long> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0L;
        for (var page = await PageAsync(Guid.Empty, cancellationToken); page.Count > 0; page = await PageAsync(page[^1].AccountId, cancellationToken))
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var count = await ClearAsync(page, cancellationToken);
                removed += count;
                if (count == 0)
                    break;
                await Task.Delay(Rest * time.GetElapsedTime(started), time, cancellationToken);
            }
        }
        return removed;
    }

    /// <summary>The next accounts that do not keep everything, each with the time before which nothing is kept.</summary>
    private async Task<List<Due>> PageAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        // The least id of a time: its milliseconds and zeros (RFC 9562, version 7).
        select.CommandText =
            $"""
            SELECT d.id,
                   d.before,
                   (lpad(to_hex((extract(epoch FROM d.before + interval '{ClockDifference}') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
            FROM (
                SELECT a.id, now() - make_interval(days => COALESCE(l.retention_days, @days)) AS before
                FROM accounts AS a
                LEFT JOIN account_limits AS l ON l.account_id = a.id
                WHERE a.id > @after
                  AND COALESCE(l.retention_days, @days) IS NOT NULL
                ORDER BY a.id
                LIMIT {AccountsAtOnce}
            ) AS d
            ORDER BY d.id
            """;
        select.Parameters.AddWithValue("after", after);
        select.Parameters.Add(new NpgsqlParameter<int?>("days", options.Value.Days));
        var page = new List<Due>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            page.Add(new Due(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetGuid(2)));
        return page;
    }

    /// <summary>One batch, one transaction.</summary>
    private async Task<int> ClearAsync(List<Due> page, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (accounts, runs) = await OldestAsync(connection, transaction, page, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                TriggerErasure.OldRefusalsCommand([.. page.Select(d => d.AccountId)], [.. page.Select(d => d.Before)]),
                StepErasure.Command(accounts, runs),
            },
        };
        RunStore.AddClearTo(batch, accounts, runs);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return runs.Length;
    }

    private async Task<(Guid[] AccountIds, Guid[] RunIds)> OldestAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, List<Due> page, CancellationToken cancellationToken)
    {
        // The input is locked as well: of a run that another node has just cleared it is gone, while the run itself stays.
        await using var select = new NpgsqlCommand(
            """
            SELECT o.account_id, o.id
            FROM unnest(@accounts, @before, @bounds) AS d (account_id, before, bound)
            CROSS JOIN LATERAL (
                SELECT r.account_id, r.id
                FROM run_inputs AS i
                JOIN runs AS r ON r.account_id = i.account_id AND r.id = i.run_id
                WHERE i.account_id = d.account_id
                  AND i.run_id < d.bound
                  AND r.finished_at < d.before
                ORDER BY i.run_id
                LIMIT @batch
                FOR NO KEY UPDATE OF i, r SKIP LOCKED
            ) AS o
            LIMIT @batch
            """, connection, transaction);
        select.Parameters.AddWithValue("accounts", page.Select(d => d.AccountId).ToArray());
        select.Parameters.AddWithValue("before", page.Select(d => d.Before).ToArray());
        select.Parameters.AddWithValue("bounds", page.Select(d => d.Bound).ToArray());
        select.Parameters.AddWithValue("batch", options.Value.Batch);
        var (accounts, runs) = (new List<Guid>(), new List<Guid>());
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            accounts.Add(reader.GetGuid(0));
            runs.Add(reader.GetGuid(1));
        }
        return ([.. accounts], [.. runs]);
    }

    private sealed record Due(Guid AccountId, DateTimeOffset Before, Guid Bound);
}
