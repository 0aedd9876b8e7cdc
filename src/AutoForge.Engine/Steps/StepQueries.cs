using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Steps;

/// <summary>Reads steps of one run of one account. A run that the account does not have has no steps.</summary>
public sealed class StepQueries
{
    // Without what may be large.
    private static readonly string HeadColumns = StepStore.Columns.Replace("input, output", "NULL, NULL", StringComparison.Ordinal);

    private readonly Database _database;

    internal StepQueries(Database database) => _database = database;

    /// <summary>All steps in order of starting, without inputs and outputs.</summary>
    public Task<IReadOnlyList<StepView>> HeadsAsync(Guid accountId, Guid runId, CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            SELECT {HeadColumns}
            FROM steps
            WHERE account_id = @account
              AND run_id = @run
            ORDER BY seq
            """, accountId, runId, [], cancellationToken);

    /// <summary>The executions of one node, in order of starting.</summary>
    public Task<IReadOnlyList<StepView>> OfNodeAsync(Guid accountId, Guid runId, string nodeId, CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            SELECT {StepStore.Columns}
            FROM steps
            WHERE account_id = @account
              AND run_id = @run
              AND node_id = @node
            ORDER BY seq
            """, accountId, runId, [new NpgsqlParameter<string>("node", nodeId)], cancellationToken);

    /// <summary>Null when there is no such step.</summary>
    public async Task<StepView?> FindAsync(Guid accountId, Guid runId, int seq, CancellationToken cancellationToken) =>
        (await ReadAsync(
            $"""
            SELECT {StepStore.Columns}
            FROM steps
            WHERE account_id = @account
              AND run_id = @run
              AND seq = @seq
            """, accountId, runId, [new NpgsqlParameter<int>("seq", seq)], cancellationToken)).SingleOrDefault();

    private async Task<IReadOnlyList<StepView>> ReadAsync(
        string sql, Guid accountId, Guid runId, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));
        command.Parameters.AddRange(parameters);
        var steps = new List<StepView>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            steps.Add(StepView.From(StepStore.Read(reader)));
        return steps;
    }
}
