using System.Reflection;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Operations;

/// <summary>Finds out how this node is, at most every few seconds: the page is public, and looked at most when things are bad.</summary>
internal sealed class StatusReport(Database database, WorkerHeartbeat heartbeat, TimeProvider time, ILogger<StatusReport> logger) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromSeconds(2);
    public static readonly string Version =
        (typeof(StatusReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];

    private readonly SemaphoreSlim _oneAsks = new(1);
    private ServerStatus? _last;

    public async Task<ServerStatus> GetAsync(CancellationToken cancellationToken)
    {
        await _oneAsks.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_last is { } last && now - last.At < Kept)
                return last;
            var (hasDatabase, queueAge) = await AskDatabaseAsync(cancellationToken);
            return _last = new ServerStatus(hasDatabase, heartbeat.Age, queueAge, Version, now);
        }
        finally
        {
            _oneAsks.Release();
        }
    }

    public void Dispose() => _oneAsks.Dispose();

    private async Task<(bool HasDatabase, TimeSpan? QueueAge)> AskDatabaseAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DatabaseLimit);
        try
        {
            await using var connection = await database.DataSource.OpenConnectionAsync(limit.Token);
            await using var select = connection.CreateCommand();
            // The index on due_at has it first. Jobs under way are due when their lease ends, so they do not count.
            select.CommandText =
                """
                SELECT now() - due_at
                FROM jobs
                WHERE due_at <= now()
                ORDER BY due_at
                LIMIT 1
                """;
            return (true, await select.ExecuteScalarAsync(limit.Token) as TimeSpan?);
        }
        // The answer is the failure: whatever stops the question, the database is not there for runs either.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.DatabaseCheckFailed(logger, e);
            return (false, null);
        }
    }
}
