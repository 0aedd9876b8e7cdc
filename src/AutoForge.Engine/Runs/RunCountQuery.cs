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
