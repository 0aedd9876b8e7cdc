namespace AutoForge.Server.Tests.Browser;

/// <summary>An hour of two nodes with a wave of load, an outage in its middle, and a bad end.</summary>
internal static class HealthHour
{
    // Returns an id of a row, since something must be returned. The third array says what every 40th run took.
    public const string Insert =
        """
        WITH told AS (
            INSERT INTO node_minutes (
                minute, node_id, accepted, refused, unavailable, succeeded, failed, cancelled, retries, leases_lost, writes_fenced,
                webhook_failures, group_commits, group_writes, accept_times, run_times, queue_depth, queue_parked, queue_age_seconds,
                pool_used, pool_max, database_bytes, disk_free_bytes, disk_bytes)
            SELECT date_trunc('minute', now()) - make_interval(mins => 60 - i), n.id, w.v, 1, CASE WHEN i = 30 THEN 17 ELSE 0 END, w.v - 3, 3, 0,
                   i % 5, CASE WHEN i = 31 THEN 4 ELSE 0 END, CASE WHEN i = 31 THEN 2 ELSE 0 END, 0, 40, w.v * 4,
                   ARRAY[0, 0, w.v - 5, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]::bigint[],
                   ARRAY[0, 0, 0, 0, w.v / 2, w.v / 2, 0, 0, i / 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]::bigint[],
                   CASE WHEN i > 30 THEN (60 - i) * 9 ELSE 0 END, 2, CASE WHEN i > 30 THEN (60 - i) * 0.7 ELSE 0 END,
                   3 + i % 4, 30, 734003200 + i * 1048576, 31138512896, 107374182400
            FROM generate_series(0, 59) AS i
            CROSS JOIN (VALUES (gen_random_uuid()), (gen_random_uuid())) AS n (id)
            CROSS JOIN LATERAL (SELECT (200 + 120 * sin(i / 7.0))::bigint AS v) AS w
            WHERE i NOT BETWEEN 27 AND 29
            RETURNING node_id
        )
        SELECT node_id FROM told LIMIT 1
        """;
}
