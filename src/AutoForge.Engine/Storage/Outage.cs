namespace AutoForge.Engine.Storage;

/// <summary>Short absences of the database (a restart, a failover) that work in progress should not notice (reliability 17).</summary>
internal static class Outage
{
    /// <summary>Between two tries. A restart takes about a second.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads, and reads again as long as the database is away.</summary>
    /// <param name="read">Only reads: whether a try that failed took effect is not known.</param>
    /// <param name="giveUp">When the work is not worth waiting for any more, such as the loss of its lease.</param>
    public static async Task<T> OutlastAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken giveUp)
    {
        while (true)
        {
            try
            {
                return await read(giveUp);
            }
            catch (Exception exception) when (DatabaseErrors.IsTransient(exception) && !giveUp.IsCancellationRequested)
            {
                await Task.Delay(Pause, giveUp);
            }
        }
    }
}
