using AutoForge.Engine.Crashes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>
/// Takes places for runs that rested and go on: a rest gives the place up, so that a delay of a week holds up nothing, and
/// a thousand delays that end at once are worked on as slowly as a thousand new runs (reliability 10).
/// </summary>
internal sealed class RunPlaces(Database database, JobQueue queue, IOptions<WorkerOptions> options)
{
    /// <returns>The leases whose jobs have a place now. The others are parked, or belong to another node.</returns>
    /// <remarks>Crash or failure before the commit: the leases run out, the jobs are claimed again and ask again.</remarks>
    public async Task<IReadOnlyList<Lease>> TakeAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var read = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { LockedAccounts.LockCommand(leases.Select(l => l.AccountId)), queue.FenceCommand(leases) },
        };
        LockedAccounts accounts;
        var ours = new HashSet<(Guid JobId, int Attempt)>();
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            accounts = await LockedAccounts.ReadAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                ours.Add((reader.GetGuid(0), reader.GetInt32(1)));
        }

        var kept = leases.Where(l => ours.Contains(l.Fence)).OrderBy(l => l.JobId).ToArray();
        if (kept.Length == 0)
            return [];
        var places = Array.ConvertAll(kept, l => accounts.TakePlace(l.AccountId, options.Value.MaxConcurrentRunsPerAccount));
        await using var write = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { JobQueue.PlaceCommand(Array.ConvertAll(kept, l => l.AccountId), Array.ConvertAll(kept, l => l.JobId), places) },
        };
        accounts.AddTo(write);
        await write.ExecuteNonQueryAsync(cancellationToken);
        CrashPoints.Pass(CrashPoint.Place, CommitSide.Before);
        await transaction.CommitAsync(cancellationToken);
        CrashPoints.Pass(CrashPoint.Place, CommitSide.After);
        return [.. kept.Where((_, i) => places[i])];
    }
}
