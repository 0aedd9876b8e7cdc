using AutoForge.Engine.Storage;
using AutoForge.Server.Operations.Telemetry;
using Npgsql;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>The rows of all nodes.</summary>
internal sealed class MinuteTable(Database database, NodeName node)
{
    /// <summary>Stores rows of this node, and removes what is older than two days. Storing one again changes nothing.</summary>
    public async Task AddAsync(IReadOnlyList<NodeMinute> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var row in rows)
            batch.BatchCommands.Add(InsertCommand(row));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            DELETE FROM node_minutes
            WHERE minute < now() - interval '48 hours'
            """));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The cluster's minutes from a time on, oldest first; a minute of which no node tells is left out.</summary>
    public async Task<IReadOnlyList<NodeMinute>> SinceAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT minute, accepted, refused, unavailable, succeeded, failed, cancelled, retries, leases_lost, writes_fenced,
                   webhook_failures, group_commits, group_writes, accept_times, run_times, queue_depth, queue_parked,
                   queue_age_seconds, pool_used, pool_max, database_bytes, disk_free_bytes, disk_bytes
            FROM node_minutes
            WHERE minute >= @from
            ORDER BY minute
            """;
        select.Parameters.AddWithValue("from", from);
        var minutes = new List<NodeMinute>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = Read(reader);
            if (minutes.Count > 0 && minutes[^1].Minute == row.Minute)
                minutes[^1] = minutes[^1].And(row);
            else
                minutes.Add(row);
        }
        return minutes;
    }

    /// <summary>Nodes that have told of themselves within three minutes, and the size of the database in bytes.</summary>
    public async Task<(long Nodes, long DatabaseBytes)> ClusterAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            """
            SELECT (SELECT COUNT(DISTINCT node_id) FROM node_minutes WHERE minute >= now() - interval '3 minutes'),
                   pg_database_size(current_database())
            """;
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private NpgsqlBatchCommand InsertCommand(NodeMinute row) => new(
        """
        INSERT INTO node_minutes (
            minute, node_id, accepted, refused, unavailable, succeeded, failed, cancelled, retries, leases_lost, writes_fenced,
            webhook_failures, group_commits, group_writes, accept_times, run_times, queue_depth, queue_parked,
            queue_age_seconds, pool_used, pool_max, database_bytes, disk_free_bytes, disk_bytes)
        VALUES (
            @minute, @node, @accepted, @refused, @unavailable, @succeeded, @failed, @cancelled, @retries, @leases_lost, @fenced,
            @webhook_failures, @group_commits, @group_writes, @accept_times, @run_times, @queue_depth, @queue_parked,
            @queue_age, @pool_used, @pool_max, pg_database_size(current_database()), @disk_free, @disk)
        ON CONFLICT (minute, node_id) DO NOTHING
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<DateTimeOffset>("minute", row.Minute),
            new NpgsqlParameter<Guid>("node", node.Id),
            new NpgsqlParameter<long>("accepted", row.Accepted),
            new NpgsqlParameter<long>("refused", row.Refused),
            new NpgsqlParameter<long>("unavailable", row.Unavailable),
            new NpgsqlParameter<long>("succeeded", row.Succeeded),
            new NpgsqlParameter<long>("failed", row.Failed),
            new NpgsqlParameter<long>("cancelled", row.Cancelled),
            new NpgsqlParameter<long>("retries", row.Retries),
            new NpgsqlParameter<long>("leases_lost", row.LeasesLost),
            new NpgsqlParameter<long>("fenced", row.WritesFenced),
            new NpgsqlParameter<long>("webhook_failures", row.WebhookFailures),
            new NpgsqlParameter<long>("group_commits", row.GroupCommits),
            new NpgsqlParameter<long>("group_writes", row.GroupWrites),
            new NpgsqlParameter<long[]>("accept_times", [.. row.AcceptTimes.Counts]),
            new NpgsqlParameter<long[]>("run_times", [.. row.RunTimes.Counts]),
            new NpgsqlParameter<long?>("queue_depth", row.QueueDepth),
            new NpgsqlParameter<long?>("queue_parked", row.QueueParked),
            new NpgsqlParameter<double?>("queue_age", row.QueueAgeSeconds),
            new NpgsqlParameter<int?>("pool_used", row.PoolUsed),
            new NpgsqlParameter<int?>("pool_max", row.PoolMax),
            new NpgsqlParameter<long?>("disk_free", row.DiskFreeBytes),
            new NpgsqlParameter<long?>("disk", row.DiskBytes),
        },
    };

    private static NodeMinute Read(NpgsqlDataReader reader) => new()
    {
        Minute = reader.GetFieldValue<DateTimeOffset>(0),
        Accepted = reader.GetInt64(1),
        Refused = reader.GetInt64(2),
        Unavailable = reader.GetInt64(3),
        Succeeded = reader.GetInt64(4),
        Failed = reader.GetInt64(5),
        Cancelled = reader.GetInt64(6),
        Retries = reader.GetInt64(7),
        LeasesLost = reader.GetInt64(8),
        WritesFenced = reader.GetInt64(9),
        WebhookFailures = reader.GetInt64(10),
        GroupCommits = reader.GetInt64(11),
        GroupWrites = reader.GetInt64(12),
        AcceptTimes = Durations.Of(reader.GetFieldValue<long[]>(13)),
        RunTimes = Durations.Of(reader.GetFieldValue<long[]>(14)),
        QueueDepth = Value<long>(reader, 15),
        QueueParked = Value<long>(reader, 16),
        QueueAgeSeconds = Value<double>(reader, 17),
        PoolUsed = Value<int>(reader, 18),
        PoolMax = Value<int>(reader, 19),
        DatabaseBytes = Value<long>(reader, 20),
        DiskFreeBytes = Value<long>(reader, 21),
        DiskBytes = Value<long>(reader, 22),
    };

    private static T? Value<T>(NpgsqlDataReader reader, int column) where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
