using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Server.Admin;

/// <summary>
/// Reads for the administrators of the server. The one place whose queries are not limited to one account: nothing of it
/// may be used outside this folder, whose routes are all for administrators.
/// </summary>
internal sealed class AdminQueries(Database database)
{
    public async Task<AdminFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        return new AdminFigures(
            await ActivationAsync(connection, cancellationToken), await QueueAsync(connection, cancellationToken),
            await LastDayAsync(connection, cancellationToken), await RefusedAsync(connection, cancellationToken));
    }

    /// <summary>Newest first.</summary>
    /// <param name="search">An account's id or a part of an e-mail address; null = all.</param>
    /// <param name="before">The account that the page ends before; null = from the newest.</param>
    public async Task<List<AccountRow>> AccountsAsync(string? search, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        // Account ids are made in order of time.
        select.CommandText =
            """
            SELECT a.id, a.created_at, a.available_cents, a.held_cents, a.debt_cents,
                   COALESCE((SELECT string_agg(u.email, ', ' ORDER BY u.created_at) FROM users AS u WHERE u.account_id = a.id), ''),
                   EXISTS (SELECT FROM ledger_entries AS e WHERE e.account_id = a.id AND e.type = 'consume')
            FROM accounts AS a
            WHERE (@before IS NULL OR a.id < @before)
              AND (@search IS NULL
                OR a.id::text = @search
                OR EXISTS (SELECT FROM users AS u WHERE u.account_id = a.id AND strpos(lower(u.email), @search) > 0))
            ORDER BY a.id DESC
            LIMIT @limit
            """;
        select.Parameters.Add(new NpgsqlParameter<Guid?>("before", before));
        select.Parameters.Add(new NpgsqlParameter<string?>("search", string.IsNullOrWhiteSpace(search) ? null : search.Trim().ToLowerInvariant()));
        select.Parameters.AddWithValue("limit", limit);
        return await ReadAsync(select, reader => new AccountRow(
            reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
            reader.GetString(5), reader.GetBoolean(6)), cancellationToken);
    }

    /// <summary>Newest first.</summary>
    /// <param name="onlyToLookAt">Only those that were refused or are of nobody.</param>
    public async Task<List<StripeEventRow>> StripeEventsAsync(bool onlyToLookAt, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var select = connection.CreateCommand();
        select.CommandText =
            $"""
            SELECT id, type, live, account_id, outcome, detail, received_at
            FROM stripe_events
            WHERE {(onlyToLookAt ? "outcome IN ('refused', 'unknown_account')" : "true")}
            ORDER BY received_at DESC, id
            LIMIT @limit
            """;
        select.Parameters.AddWithValue("limit", limit);
        return await ReadAsync(select, reader => new StripeEventRow(
            reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6)), cancellationToken);
    }

    private static Task<List<ActivationWeek>> ActivationAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // One look into the index of settlements per account; counting the ledger would read all of it.
        var select = new NpgsqlCommand(
            """
            SELECT date_trunc('week', a.created_at AT TIME ZONE 'UTC')::date AS monday, COUNT(*),
                   COUNT(*) FILTER (WHERE EXISTS (SELECT FROM ledger_entries AS e WHERE e.account_id = a.id AND e.type = 'consume'))
            FROM accounts AS a
            GROUP BY monday
            ORDER BY monday DESC
            """, connection);
        return ReadAsync(select, reader => new ActivationWeek(reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken);
    }

    private static async Task<QueueFigures> QueueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A job under way is due when its lease ends.
        var select = new NpgsqlCommand(
            """
            SELECT COUNT(*) FILTER (WHERE due_at <= now()),
                   COUNT(*) FILTER (WHERE due_at > now() AND lease_owner IS NOT NULL),
                   COUNT(*) FILTER (WHERE due_at > now() AND due_at < 'infinity' AND lease_owner IS NULL),
                   COUNT(*) FILTER (WHERE due_at = 'infinity'),
                   now() - MIN(due_at) FILTER (WHERE due_at <= now())
            FROM jobs
            """, connection);
        return (await ReadAsync(select, reader => new QueueFigures(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), Time(reader, 4)), cancellationToken))[0];
    }

    private static async Task<RunFigures> LastDayAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Ids begin with their time (RFC 9562, version 7), so that each account's newest runs are found by the primary key.
        // Nodes' clocks make ids, the database's clock makes acceptance: five minutes are left for the difference.
        var select = new NpgsqlCommand(
            """
            SELECT COUNT(*),
                   COUNT(*) FILTER (WHERE r.status = 'Succeeded'),
                   COUNT(*) FILTER (WHERE r.status = 'Failed'),
                   COUNT(*) FILTER (WHERE r.status = 'Cancelled'),
                   COALESCE(SUM(r.charged_cents), 0)::bigint,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY r.finished_at - r.accepted_at),
                   percentile_cont(0.95) WITHIN GROUP (ORDER BY r.finished_at - r.accepted_at)
            FROM (
                SELECT (lpad(to_hex((extract(epoch FROM now() - interval '24 hours 5 minutes') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid AS id
            ) AS first
            CROSS JOIN accounts AS a
            CROSS JOIN LATERAL (
                SELECT status, charged_cents, accepted_at, finished_at
                FROM runs
                WHERE account_id = a.id
                  AND id >= first.id
                  AND accepted_at >= now() - interval '24 hours'
            ) AS r
            """, connection);
        return (await ReadAsync(select, reader => new RunFigures(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), Time(reader, 5), Time(reader, 6)),
            cancellationToken))[0];
    }

    private static Task<List<RefusedCount>> RefusedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var select = new NpgsqlCommand(
            """
            SELECT r.reason, SUM(r.times)::bigint, COALESCE(SUM(r.times) FILTER (WHERE t.token IS NOT NULL), 0)::bigint
            FROM refusals AS r
            LEFT JOIN triggers AS t ON t.account_id = r.account_id AND t.id = r.trigger_id
            WHERE r.slot >= now() - interval '24 hours'
            GROUP BY r.reason
            ORDER BY 2 DESC, r.reason
            """, connection);
        return ReadAsync(select, reader => new RefusedCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken);
    }

    private static TimeSpan? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<TimeSpan>(column);

    private static async Task<List<T>> ReadAsync<T>(NpgsqlCommand select, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (select)
        {
            var rows = new List<T>();
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(read(reader));
            return rows;
        }
    }
}
