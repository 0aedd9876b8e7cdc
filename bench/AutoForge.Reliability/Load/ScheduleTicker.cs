using AutoForge.Reliability.Nodes;
using Npgsql;

namespace AutoForge.Reliability.Load;

/// <summary>
/// Lets schedules fall due by the dozen: sets them back by some minutes that they have not fired yet, and all nodes find them
/// due at once. What they have fired already is due again too, and must not become a second run.
/// </summary>
internal sealed class ScheduleTicker(Cluster cluster)
{
    private const int MinutesPerTick = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private int _minutes;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var command = cluster.Postgres.Source.CreateCommand(
                    """
                    UPDATE triggers
                    SET next_due_at = date_trunc('minute', created_at) - make_interval(mins => @minutes)
                    WHERE type = 'AutoForge.Schedule'
                    """);
                command.Parameters.AddWithValue("minutes", _minutes += MinutesPerTick);
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // The database is what is being killed.
            }
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
