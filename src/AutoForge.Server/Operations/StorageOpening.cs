using AutoForge.Engine.Connections;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Operations;

/// <summary>
/// The database and the key ring, which open while the host is put together: that takes the processor, this mostly waits
/// for programs of PostgreSQL. What the host is made of may ask for them once <see cref="Completion"/> is over.
/// </summary>
internal sealed class StorageOpening : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task<(Database Database, KeyRing Keys)> _opened;

    private StorageOpening(WebApplicationBuilder builder, ILoggerFactory loggers) =>
        _opened = Task.Run(() => OpenAsync(builder, loggers, _disposed.Token));

    /// <inheritdoc cref="DatabaseStart.OpenDatabaseAsync"/>
    /// <inheritdoc cref="KeyStart.OpenKeysAsync"/>
    public Task Completion => _opened;

    /// <exception cref="InvalidOperationException">It is not open yet: something is made too early.</exception>
    public Database Database => Opened.Database;

    /// <inheritdoc cref="Database"/>
    public KeyRing Keys => Opened.Keys;

    private (Database Database, KeyRing Keys) Opened => _opened.IsCompletedSuccessfully
        ? _opened.Result
        : throw new InvalidOperationException("The database is not open yet.");

    public static StorageOpening Begin(WebApplicationBuilder builder, ILoggerFactory loggers) => new(builder, loggers);

    private static async Task<(Database, KeyRing)> OpenAsync(WebApplicationBuilder builder, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var database = await builder.OpenDatabaseAsync(loggers, cancellationToken: cancellationToken);
        try
        {
            return (database, await builder.OpenKeysAsync(database, loggers, cancellationToken));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        // Why it did not open is what Completion says.
        await ((Task)_opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_opened.IsCompletedSuccessfully)
            await _opened.Result.Database.DisposeAsync();
        _disposed.Dispose();
    }
}
