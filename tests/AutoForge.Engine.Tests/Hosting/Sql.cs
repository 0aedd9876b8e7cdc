using Npgsql;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>Looks into, and interferes with, the database behind the engine's back.</summary>
internal static class Sql
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    extension(NpgsqlDataSource database)
    {
        public async Task<T> ScalarAsync<T>(string sql, params (string Name, object Value)[] parameters)
        {
            await using var command = database.Command(sql, parameters);
            await using var reader = await command.ExecuteReaderAsync(Token);
            await reader.ReadAsync(Token);
            return await reader.GetFieldValueAsync<T>(0, Token);
        }

        public async Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
        {
            await using var command = database.Command(sql, parameters);
            return await command.ExecuteNonQueryAsync(Token);
        }

        /// <summary>Waits until the statement says true.</summary>
        public async Task UntilAsync(string sql, params (string Name, object Value)[] parameters)
        {
            while (!await database.ScalarAsync<bool>(sql, parameters))
                await Task.Delay(5, Token);
        }

        /// <summary>Waits until so many sessions wait for a lock.</summary>
        public Task UntilBlockedAsync(int sessions) => database.UntilAsync(
            """
            SELECT COUNT(*) >= @n
            FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """, ("n", sessions));

        /// <summary>Ends every session that waits for a lock, as an operator would.</summary>
        public Task<long> KillBlockedAsync() => database.ScalarAsync<long>(
            """
            SELECT COUNT(pg_terminate_backend(pid))
            FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """);

        /// <summary>Holds the account's row until disposed: whoever accepts or settles for it waits in the middle.</summary>
        public Task<IAsyncDisposable> HoldAccountAsync(Guid account) => database.HoldAsync("SELECT FROM accounts WHERE id = @id FOR UPDATE", account);

        /// <summary>Holds the run's row until disposed: whoever writes it waits in the middle.</summary>
        public Task<IAsyncDisposable> HoldRunAsync(Guid run) => database.HoldAsync("SELECT FROM runs WHERE id = @id FOR UPDATE", run);

        private async Task<IAsyncDisposable> HoldAsync(string sql, Guid id)
        {
            var connection = await database.OpenConnectionAsync(Token);
            await connection.BeginTransactionAsync(Token);
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddWithValue("id", id);
            await command.ExecuteNonQueryAsync(Token);
            return connection;
        }

        private NpgsqlCommand Command(string sql, (string Name, object Value)[] parameters)
        {
            var command = database.CreateCommand(sql);
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value);
            return command;
        }
    }
}
