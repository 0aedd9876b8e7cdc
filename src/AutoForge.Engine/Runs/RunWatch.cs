using System.Runtime.CompilerServices;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>Where a run stands: two marks that are equal mean that nothing was stored about it in between.</summary>
/// <param name="UpdatedAt">When its row was last written, or its last step began.</param>
public readonly record struct RunMark(RunStatus Status, DateTimeOffset UpdatedAt)
{
    public bool IsTerminal => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}

/// <summary>Lets the owner of a run watch it while it runs, on whichever node that is.</summary>
public sealed class RunWatch
{
    /// <summary>News come no closer together than this.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(250);

    // A run on this node wakes its watchers; one on another is looked at, less often the longer it rests.
    private static readonly TimeSpan ShortestLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly Database _database;
    private readonly RunSignals _signals;
    private readonly TimeProvider _time;

    internal RunWatch(Database database, RunSignals signals, TimeProvider time)
    {
        _database = database;
        _signals = signals;
        _time = time;
    }

    /// <summary>Null when the account has no such run, or has deleted it.</summary>
    public async Task<RunMark?> LookAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT r.status,
                   GREATEST(r.updated_at, (
                       SELECT s.started_at
                       FROM steps AS s
                       WHERE s.account_id = @account
                         AND s.run_id = @run
                       ORDER BY s.seq DESC
                       LIMIT 1))
            FROM runs AS r
            WHERE r.account_id = @account
              AND r.id = @run
              AND r.deleted_at IS NULL
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RunMark(Enum.Parse<RunStatus>(reader.GetString(0)), reader.GetFieldValue<DateTimeOffset>(1))
            : null;
    }

    /// <summary>
    /// Gives the run's mark whenever it has changed; changes that come fast are told as one. Ends after the terminal one,
    /// which is given when the end is stored, never before.
    /// </summary>
    /// <param name="since">What the watcher has seen already.</param>
    public async IAsyncEnumerable<RunMark> ChangesAsync(
        Guid accountId, Guid runId, RunMark since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Before the first look, so that nothing is stored between the two without a signal.
        using var signal = _signals.Listen(runId);
        var pause = ShortestLook;
        while (!since.IsTerminal)
        {
            if (await Outage.OutlastAsync(token => LookAsync(accountId, runId, token), cancellationToken) is not { } mark)
                yield break;
            if (mark != since)
            {
                since = mark;
                pause = ShortestLook;
                yield return mark;
                if (mark.IsTerminal)
                    yield break;
                await Task.Delay(Gap, _time, cancellationToken);
            }
            if (!await signal.WaitAsync(pause, _time, cancellationToken))
                pause = pause * 1.5 < LongestLook ? pause * 1.5 : LongestLook;
        }
    }
}
