using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Workflows;

/// <summary>What an account's workflows are called today, for lists that name them.</summary>
public sealed class WorkflowNames
{
    private readonly Database _database;

    internal WorkflowNames(Database database) => _database = database;

    /// <summary>Names by definition id; deleted workflows too, since their runs stay.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(
        Guid accountId, IReadOnlyCollection<string> definitionIds, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT w.id, btrim(v.document ->> 'name')
            FROM workflows AS w
            JOIN workflow_versions AS v ON v.account_id = w.account_id AND v.workflow_id = w.id AND v.version = w.latest_version
            WHERE w.account_id = @account
              AND w.id = ANY (@ids)
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<string[]>("ids", [.. definitionIds.Distinct()]));

        var names = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0), reader.GetString(1));
        return names;
    }
}
