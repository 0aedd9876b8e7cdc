using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>Takes runs out of their owner's lists. Their money stays provable: no row of a run is removed.</summary>
public sealed class RunDeletion
{
    private readonly Database _database;
    private readonly RunCancellation _cancellation;
    private readonly RunSignals _signals;

    internal RunDeletion(Database database, RunCancellation cancellation, RunSignals signals)
    {
        _database = database;
        _cancellation = cancellation;
        _signals = signals;
    }

    /// <summary>Deletes a run, and cancels it first when it is open: it would go on unseen, and be charged unseen.</summary>
    /// <returns>False when the account has no such run, or has deleted it before.</returns>
    public async Task<bool> DeleteAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await _cancellation.CancelAsync(accountId, runId, cancellationToken);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE runs
            SET deleted_at = now()
            WHERE account_id = @account
              AND id = @run
              AND deleted_at IS NULL
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        _signals.Raise(runId);
        return true;
    }
}
