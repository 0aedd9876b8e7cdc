using System.Text.Json.Nodes;
using Npgsql;

namespace AutoForge.Testing;

/// <summary>What a statement costs, told by the database and not by a clock.</summary>
public static class ExplainedStatement
{
    /// <summary>Blocks that the statement touches when it is executed, which it is.</summary>
    public static async Task<int> BlocksAsync(NpgsqlConnection connection, NpgsqlBatchCommand statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.CommandText}", connection);
        foreach (NpgsqlParameter parameter in statement.Parameters)
            command.Parameters.Add(parameter.Clone());
        var plan = JsonNode.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!)![0]!["Plan"]!;
        return plan["Shared Hit Blocks"]!.GetValue<int>() + plan["Shared Read Blocks"]!.GetValue<int>();
    }
}
