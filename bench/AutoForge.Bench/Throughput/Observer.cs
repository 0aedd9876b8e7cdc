using System.Diagnostics;
using Npgsql;

namespace AutoForge.Bench.Throughput;

/// <summary>
/// Sees when charges become durable, from outside: entries of an account are numbered without gaps, so that one look at the
/// account rows tells which entries are committed. A charge is dated by the first look that shows it: late by at most the
/// pause between two looks, never early. Costs one statement over as many rows as there are accounts.
/// </summary>
internal sealed class Observer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly NpgsqlConnection _connection;
    private readonly Dictionary<Guid, int> _places;
    private readonly List<Look> _looks = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;

    private Observer(NpgsqlConnection connection, IReadOnlyList<Hook> hooks)
    {
        _connection = connection;
        _places = hooks.Index().ToDictionary(h => h.Item.AccountId, h => h.Index);
        _looking = Task.Run(LookAsync);
    }

    public static async Task<Observer> StartAsync(NpgsqlDataSource database, IReadOnlyList<Hook> hooks) =>
        new(await database.OpenConnectionAsync(), hooks);

    /// <summary>Statements that it has run, each a commit of its own.</summary>
    public int Looks
    {
        get
        {
            lock (_looks)
                return _looks.Count;
        }
    }

    /// <summary>When an entry was first seen; 0 = not yet.</summary>
    public long SeenAt(Guid accountId, long entryNo)
    {
        var place = _places[accountId];
        lock (_looks)
        {
            var (low, high) = (0, _looks.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_looks[middle].LastEntries[place] >= entryNo)
                    high = middle;
                else
                    low = middle + 1;
            }
            return low < _looks.Count ? _looks[low].At : 0;
        }
    }

    /// <summary>Ends when no account holds money for an open run, or with the time limit.</summary>
    public async Task WaitUntilSettledAsync(TimeSpan limit)
    {
        var begin = Stopwatch.GetTimestamp();
        bool isSettled;
        do
        {
            await Task.Delay(Pause);
            lock (_looks)
                isSettled = _looks is [.., var last] && last.HeldCents == 0 && last.At > begin;
        }
        while (!isSettled && Stopwatch.GetElapsedTime(begin) < limit && !_looking.IsCompleted);
    }

    private async Task LookAsync()
    {
        // It must not cost more the more versions of a row there are.
        await using (var plan = new NpgsqlCommand("SET enable_seqscan = off; SET enable_bitmapscan = off", _connection))
            await plan.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT a.id, a.last_entry_no, a.held_cents
            FROM unnest(@ids) AS i (id)
            CROSS JOIN LATERAL (SELECT * FROM accounts WHERE id BETWEEN i.id AND i.id ORDER BY id DESC LIMIT 1) AS a
            """, _connection);
        command.Parameters.AddWithValue("ids", _places.Keys.ToArray());
        await command.PrepareAsync();
        using var timer = new PeriodicTimer(Pause);
        while (!_stop.IsCancellationRequested)
        {
            var entries = new long[_places.Count];
            var held = 0L;
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    entries[_places[reader.GetGuid(0)]] = reader.GetInt64(1);
                    held += reader.GetInt64(2);
                }
            }
            lock (_looks)
                _looks.Add(new Look(Stopwatch.GetTimestamp(), held, entries));
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private sealed record Look(long At, long HeldCents, long[] LastEntries);
}
