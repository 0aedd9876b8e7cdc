using AutoForge.Engine.Connections;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>
/// Erases what an account has put into the engine. What stays are the rows that prove its money: ledger entries, and the
/// ids, times, states and prices of runs.
/// </summary>
public sealed class AccountErasure
{
    private readonly Database _database;
    private readonly RunCancellation _cancellation;

    internal AccountErasure(Database database, RunCancellation cancellation)
    {
        _database = database;
        _cancellation = cancellation;
    }

    /// <summary>Stops the account's workflows, cancels its open runs and erases. Safe to repeat.</summary>
    public async Task EraseAsync(Guid accountId, CancellationToken cancellationToken)
    {
        // 1. Nothing starts any more.
        await RunAsync(batch =>
        {
            TriggerErasure.AddTo(batch, accountId);
            WorkflowErasure.AddTo(batch, accountId);
        }, cancellationToken);

        // 2. What had started ends, each run with the release of its hold. Crash here: a repeat goes on.
        foreach (var runId in await OpenRunsAsync(accountId, cancellationToken))
            await _cancellation.CancelAsync(accountId, runId, cancellationToken);

        // 3. No worker writes any more: the content goes.
        await RunAsync(batch =>
        {
            batch.BatchCommands.Add(StepErasure.Command(accountId));
            batch.BatchCommands.Add(ConnectionErasure.Command(accountId));
            batch.BatchCommands.Add(NoticeStore.EraseCommand(accountId));
            batch.BatchCommands.Add(Command(
                """
                DELETE FROM run_inputs
                WHERE account_id = @account
                """, accountId));
            batch.BatchCommands.Add(Command(
                """
                UPDATE runs
                SET name = NULL, correlation_id = NULL, dedup_key = NULL, fault_message = NULL,
                    deleted_at = COALESCE(deleted_at, now())
                WHERE account_id = @account
                """, accountId));
        }, cancellationToken);
    }

    private async Task<List<Guid>> OpenRunsAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT id
            FROM jobs
            WHERE account_id = @account
            """;
        select.Parameters.AddWithValue("account", accountId);
        var runs = new List<Guid>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            runs.Add(reader.GetGuid(0));
        return runs;
    }

    private async Task RunAsync(Action<NpgsqlBatch> fill, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        fill(batch);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Command(string sql, Guid accountId) =>
        new(sql) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } };
}
