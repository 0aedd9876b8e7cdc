using Npgsql;

namespace AutoForge.Bench.Steadiness;

/// <summary>A session that took a snapshot and went for lunch: while it is open, no row that dies can be cleaned up.</summary>
internal sealed class IdleTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private IdleTransaction(NpgsqlConnection connection) => _connection = connection;

    public static async Task<IdleTransaction> BeginAsync(NpgsqlDataSource database)
    {
        var connection = await database.OpenConnectionAsync();
        foreach (var sql in new[]
        {
            "SET idle_in_transaction_session_timeout = 0",
            "BEGIN ISOLATION LEVEL REPEATABLE READ",
            "SELECT COUNT(*) FROM accounts",
        })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
        return new IdleTransaction(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
