using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>Counts the runs of one account.</summary>
public sealed class RunCountQuery
{
    // Ids are made by the clocks of nodes, times of acceptance by that of the database.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    private readonly Database _database;

    internal RunCountQuery(Database database) => _database = database;

    /// <param name="since">Counts runs that were accepted then or later.</param>
    public async Task<RunCounts> SinceAsync(Guid accountId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Ids begin with their time: with the first one that can matter, the primary key finds the rows.
        command.CommandText =
            """
            SELECT COUNT(*)::int,
                   (COUNT(*) FILTER (WHERE status = 'Succeeded'))::int,
                   (COUNT(*) FILTER (WHERE status = 'Failed'))::int,
                   (COUNT(*) FILTER (WHERE status = 'Cancelled'))::int,
                   COALESCE(SUM(charged_cents), 0)::bigint
            FROM runs
            WHERE account_id = @account
              AND id >= @first
              AND accepted_at >= @since
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("first", FirstIdOf(since - ClockDifference)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("since", since.ToUniversalTime()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new RunCounts(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4));
    }

    /// <summary>One entry per UTC day, without gaps, oldest first. A run belongs to the day it was accepted on.</summary>
    /// <param name="last">Inclusive.</param>
    public async Task<IReadOnlyList<RunDay>> ByDayAsync(Guid accountId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var since = new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Ids limit the rows as above, here at both ends.
        command.CommandText =
            """
            SELECT (accepted_at AT TIME ZONE 'UTC')::date AS day,
                   (COUNT(*) FILTER (WHERE status = 'Succeeded'))::int,
                   (COUNT(*) FILTER (WHERE status = 'Failed'))::int,
                   SUM(charged_cents)::bigint
            FROM runs
            WHERE account_id = @account
              AND id >= @first_id
              AND id < @end_id
              AND accepted_at >= @since
              AND accepted_at < @until
            GROUP BY day
            """;
        var until = new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("first_id", FirstIdOf(since - ClockDifference)));
        command.Parameters.Add(new NpgsqlParameter<Guid>("end_id", FirstIdOf(until + ClockDifference)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("since", since));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("until", until));

        var found = new Dictionary<DateOnly, RunDay>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var day = reader.GetFieldValue<DateOnly>(0);
            found.Add(day, new RunDay(day, reader.GetInt32(1), reader.GetInt32(2), reader.GetInt64(3)));
        }
        return [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1)
            .Select(first.AddDays)
            .Select(day => found.GetValueOrDefault(day) ?? new RunDay(day, 0, 0, 0))];
    }

    /// <summary>What runs accepted since then have cost or may still cost, by workflow; those without runs are left out. US cents.</summary>
    public async Task<IReadOnlyDictionary<string, long>> SpendingByWorkflowAsync(
        Guid accountId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT workflow_id, COALESCE(SUM(price_cents) FILTER (WHERE status IN ('Queued', 'Running', 'Waiting', 'Succeeded')), 0)::bigint
            FROM runs
            WHERE account_id = @account
              AND id >= @first
              AND accepted_at >= @since
            GROUP BY workflow_id
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("first", FirstIdOf(since - ClockDifference)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("since", since.ToUniversalTime()));

        var spending = new Dictionary<string, long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            spending.Add(reader.GetString(0), reader.GetInt64(1));
        return spending;
    }

    // RFC 9562, version 7: 48 bits of milliseconds, then what tells ids of one millisecond apart.
    private static Guid FirstIdOf(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var milliseconds = Math.Max(0, time.ToUnixTimeMilliseconds());
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (40 - 8 * i));
        return new Guid(bytes, bigEndian: true);
    }
}
