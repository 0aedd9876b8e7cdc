using AutoForge.Engine.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace AutoForge.Server.Accounts.Keys;

/// <summary>
/// Makes the first key of cookies and tokens, under a lock. Without it two nodes that start on an empty database would each
/// make one, and refuse what the other signs until they next read the table, up to a day later.
/// </summary>
internal sealed class FirstKey(Database database, IDataProtectionProvider protection) : IHostedService
{
    // "AutoForge" and "keys", so as not to meet the migrator's lock.
    private const long Lock = 0x4146_6b65_7973;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var wait = connection.CreateCommand();
        wait.CommandText = "SELECT pg_advisory_xact_lock(@lock)";
        wait.Parameters.AddWithValue("lock", Lock);
        await wait.ExecuteNonQueryAsync(cancellationToken);

        // Reads the table, and writes a key when there is none, over a connection of its own.
        protection.CreateProtector("first key").Protect([]);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
