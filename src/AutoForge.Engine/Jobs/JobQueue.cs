using AutoForge.Engine.Crashes;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Engine.Jobs;

/// <summary>A durable queue of ids in PostgreSQL. Statements that belong to somebody's transaction are handed out as batch commands.</summary>
/// <remarks>
/// The statements of a group look jobs up one by one. Few jobs are open at a time and very many have been, of which the index may
/// still hold each: to the planner that makes one look as dear as reading all of it, which takes as long as there were jobs.
/// A plain equation with the account would let it, for a merge in the order of the index. <c>= ANY (ARRAY[…])</c> does not.
/// </remarks>
internal sealed class JobQueue(Database database, NodeIdentity node, TimeProvider time, IOptions<WorkerOptions> options)
{
    /// <summary>
    /// Puts jobs in the queue, due now, or parked when their account has no place for them. A kept job is claimed by this
    /// node in the same statement.
    /// </summary>
    public NpgsqlBatchCommand EnqueueCommand(Guid[] accountIds, Guid[] ids, bool[] places, bool[] kept) => new(
        """
        INSERT INTO jobs (account_id, id, due_at, has_place, attempt, tries, lease_owner)
        SELECT n.account_id,
               n.id,
               CASE WHEN n.kept THEN now() + @lease WHEN n.has_place THEN now() ELSE 'infinity' END,
               n.has_place,
               CASE WHEN n.kept THEN 1 ELSE 0 END,
               CASE WHEN n.kept THEN 1 ELSE 0 END,
               CASE WHEN n.kept THEN @node END
        FROM (
            SELECT unnest(@accounts) AS account_id, unnest(@ids) AS id, unnest(@places) AS has_place, unnest(@kept) AS kept
        ) AS n
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<TimeSpan>("lease", options.Value.Lease),
            new NpgsqlParameter<Guid>("node", node.Id),
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<Guid[]>("ids", ids),
            new NpgsqlParameter<bool[]>("places", places),
            new NpgsqlParameter<bool[]>("kept", kept),
        },
    };

    /// <summary>
    /// The fence: returns id, attempt and place of those leases that are still ours and locks them until the transaction ends,
    /// so that no other node can claim them before our write is committed. The attempt is part of the answer, because this
    /// node may have claimed the same job again while an older lease of its own has a write in the same group.
    /// </summary>
    public NpgsqlBatchCommand FenceCommand(IReadOnlyList<Lease> leases) => OfLeases(
        """
        SELECT j.id, j.attempt, j.has_place
        FROM (SELECT unnest(@accounts) AS account_id, unnest(@ids) AS id, unnest(@attempts) AS attempt) AS l
        JOIN jobs AS j ON j.account_id = ANY (ARRAY[l.account_id]) AND j.id = l.id
        WHERE j.attempt = l.attempt
          AND j.lease_owner = @node
        ORDER BY j.id
        FOR NO KEY UPDATE OF j
        """, leases);

    /// <summary>
    /// The fence of jobs that are finished: takes those out whose leases are still ours, and returns of them what
    /// <see cref="FenceCommand"/> does. When the transaction is not committed they are where they were.
    /// </summary>
    public NpgsqlBatchCommand RemoveCommand(IReadOnlyList<Lease> leases) => OfLeases(
        """
        DELETE FROM jobs AS j
        USING (SELECT unnest(@accounts) AS account_id, unnest(@ids) AS id, unnest(@attempts) AS attempt) AS l
        WHERE j.account_id = ANY (ARRAY[l.account_id])
          AND j.id = l.id
          AND j.attempt = l.attempt
          AND j.lease_owner = @node
        RETURNING j.id, j.attempt, j.has_place
        """, leases);

    /// <summary>Takes a job out, whatever state it is in.</summary>
    /// <returns>Whether it had a place and whether it was parked; null when there is none.</returns>
    /// <exception cref="PostgresException">
    /// <see cref="PostgresErrorCodes.LockNotAvailable"/>: somebody is writing it. Whoever has locked its account must not wait for
    /// that, since the writer of a node waits for the account with the jobs of its group in hand.
    /// </exception>
    public static async Task<(bool HadPlace, bool WasParked)?> RemoveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH free AS (
                SELECT account_id, id
                FROM jobs
                WHERE account_id = @account
                  AND id = @id
                FOR UPDATE NOWAIT
            )
            DELETE FROM jobs AS j
            USING free
            WHERE j.account_id = free.account_id
              AND j.id = free.id
            RETURNING j.has_place, j.due_at = 'infinity'
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetBoolean(0), reader.GetBoolean(1)) : null;
    }

    /// <summary>Waits until nobody is writing the job. The caller has locked nothing.</summary>
    public static async Task WaitForWriterAsync(NpgsqlConnection connection, Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT FROM jobs
            WHERE account_id = @account
              AND id = @id
            FOR UPDATE
            """, connection);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives jobs back, with their places, until they are due. A job that can do so is no poison: its tries start again.</summary>
    public static NpgsqlBatchCommand GiveBackCommand(Guid[] accountIds, Guid[] ids, DateTimeOffset[] dueAt) => new(
        """
        UPDATE jobs AS j
        SET due_at = g.due_at,
            has_place = false,
            tries = 0,
            lease_owner = NULL
        FROM unnest(@accounts, @ids, @due) AS g (account_id, id, due_at)
        WHERE j.account_id = ANY (ARRAY[g.account_id])
          AND j.id = g.id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<Guid[]>("ids", ids),
            new NpgsqlParameter<DateTimeOffset[]>("due", dueAt),
        },
    };

    /// <summary>Says of claimed jobs whether their account has a place for them. Those without one are parked and no longer ours.</summary>
    public static NpgsqlBatchCommand PlaceCommand(Guid[] accountIds, Guid[] ids, bool[] places) => new(
        """
        UPDATE jobs AS j
        SET has_place = p.has_place,
            due_at = CASE WHEN p.has_place THEN j.due_at ELSE 'infinity' END,
            tries = CASE WHEN p.has_place THEN j.tries ELSE 0 END,
            lease_owner = CASE WHEN p.has_place THEN j.lease_owner END
        FROM unnest(@accounts, @ids, @places) AS p (account_id, id, has_place)
        WHERE j.account_id = p.account_id
          AND j.id = p.id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<Guid[]>("ids", ids),
            new NpgsqlParameter<bool[]>("places", places),
        },
    };

    /// <summary>Hands places to the oldest parked jobs of accounts that the transaction has locked: they are due now.</summary>
    public static NpgsqlBatchCommand HandOutCommand(IReadOnlyList<(Guid AccountId, int Count)> handed) => new(
        """
        UPDATE jobs AS j
        SET has_place = true,
            due_at = now()
        FROM unnest(@accounts, @counts) AS h (account_id, count)
        CROSS JOIN LATERAL (
            SELECT id
            FROM jobs
            WHERE account_id = h.account_id
              AND due_at = 'infinity'
            ORDER BY id
            LIMIT h.count
        ) AS parked
        WHERE j.account_id = ANY (ARRAY[h.account_id])
          AND j.id = parked.id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", handed.Select(h => h.AccountId).ToArray()),
            new NpgsqlParameter<int[]>("counts", handed.Select(h => h.Count).ToArray()),
        },
    };

    /// <summary>
    /// Claims due jobs: new ones, ones whose delay is over, and ones whose lease has run out. The attempt is counted here,
    /// not on failure, so that a job that kills its node cannot loop for ever (reliability 3).
    /// </summary>
    public Task<IReadOnlyList<Lease>> ClaimAsync(int max, CancellationToken cancellationToken) => ClaimAsync("", max, cancellationToken);

    /// <summary>
    /// As <see cref="ClaimAsync(int, CancellationToken)"/>, without those whose lease has run out. To look for these steps over the
    /// leases of runs that have ended, while a transaction somewhere keeps their rows alive.
    /// </summary>
    public Task<IReadOnlyList<Lease>> ClaimUnleasedAsync(int max, CancellationToken cancellationToken) =>
        ClaimAsync("AND lease_owner IS NULL", max, cancellationToken);

    private async Task<IReadOnlyList<Lease>> ClaimAsync(string condition, int max, CancellationToken cancellationToken)
    {
        var before = time.GetTimestamp();
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            WITH due AS (
                SELECT account_id, id
                FROM jobs
                WHERE due_at <= now()
                  {condition}
                ORDER BY due_at
                LIMIT @max
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs AS j
            SET attempt = j.attempt + 1,
                tries = j.tries + 1,
                lease_owner = @node,
                due_at = now() + @lease
            FROM due
            WHERE j.account_id = due.account_id
              AND j.id = due.id
            RETURNING j.account_id, j.id, j.attempt, j.tries, now(), j.has_place
            """;
        command.Parameters.AddWithValue("max", max);
        command.Parameters.AddWithValue("node", node.Id);
        command.Parameters.AddWithValue("lease", options.Value.Lease);

        var leases = new List<Lease>();
        CrashPoints.Pass(CrashPoint.Claim, CommitSide.Before);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            leases.Add(new Lease
            {
                AccountId = reader.GetGuid(0),
                JobId = reader.GetGuid(1),
                Attempt = reader.GetInt32(2),
                Tries = reader.GetInt32(3),
                ClaimedAt = reader.GetFieldValue<DateTimeOffset>(4),
                HasPlace = reader.GetBoolean(5),
                Deadline = DeadlineFrom(before),
            });
        }
        if (leases.Count > 0)
            CrashPoints.Pass(CrashPoint.Claim, CommitSide.After);
        return leases;
    }

    /// <summary>
    /// Makes the jobs of dead nodes due at once, without waiting for their leases, on a database that this process
    /// has to itself: there every other owner is a former life of this node. Does nothing on a shared one.
    /// </summary>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (!database.IsPrivate)
            return;
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE jobs
            SET due_at = now()
            WHERE lease_owner <> @node
              AND due_at > now()
            """;
        command.Parameters.AddWithValue("node", node.Id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// How long until the next job falls due that nobody has a lease of, by the database clock; null = none ever does.
    /// Leases that may run out are left to the next look for them, whenever it comes.
    /// </summary>
    public async Task<TimeSpan?> NextDueInAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT MIN(due_at) - now()
            FROM jobs
            WHERE lease_owner IS NULL
              AND due_at < 'infinity'
            """;
        return await command.ExecuteScalarAsync(cancellationToken) as TimeSpan?;
    }

    /// <summary>
    /// Extends leases. Synchronous and on its own connections, so that neither a starved thread pool nor a drained pool can
    /// cost a lease (reliability 1).
    /// </summary>
    /// <returns>
    /// Those that are still ours, and whether they were extended. One that is being written is left as it is: to wait for it
    /// would hold the others, which nobody could take over if the writer of this node stood still.
    /// </returns>
    public Dictionary<(Guid JobId, int Attempt), bool> Renew(IReadOnlyList<Lease> leases)
    {
        using var connection = database.LeaseDataSource.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            WITH ours AS (
                SELECT j.account_id, j.id, j.attempt
                FROM unnest(@accounts, @ids, @attempts) AS l (account_id, id, attempt)
                JOIN jobs AS j ON j.account_id = l.account_id AND j.id = l.id
                WHERE j.attempt = l.attempt
                  AND j.lease_owner = @node
            ), free AS (
                SELECT j.account_id, j.id
                FROM ours
                JOIN jobs AS j ON j.account_id = ours.account_id AND j.id = ours.id
                WHERE j.attempt = ours.attempt
                  AND j.lease_owner = @node
                FOR NO KEY UPDATE OF j SKIP LOCKED
            ), extended AS (
                UPDATE jobs AS j
                SET due_at = now() + @lease
                FROM free
                WHERE j.account_id = free.account_id
                  AND j.id = free.id
                RETURNING j.id
            )
            SELECT ours.id, ours.attempt, extended.id IS NOT NULL
            FROM ours
            LEFT JOIN extended ON extended.id = ours.id
            """;
        command.Parameters.AddWithValue("accounts", leases.Select(l => l.AccountId).ToArray());
        command.Parameters.AddWithValue("ids", leases.Select(l => l.JobId).ToArray());
        command.Parameters.AddWithValue("attempts", leases.Select(l => l.Attempt).ToArray());
        command.Parameters.AddWithValue("node", node.Id);
        command.Parameters.AddWithValue("lease", options.Value.Lease);

        var ours = new Dictionary<(Guid, int), bool>();
        CrashPoints.Pass(CrashPoint.Renew, CommitSide.Before);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            ours[(reader.GetGuid(0), reader.GetInt32(1))] = reader.GetBoolean(2);
        CrashPoints.Pass(CrashPoint.Renew, CommitSide.After);
        return ours;
    }

    private NpgsqlBatchCommand OfLeases(string sql, IReadOnlyList<Lease> leases) => new(sql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", leases.Select(l => l.AccountId).ToArray()),
            new NpgsqlParameter<Guid[]>("ids", leases.Select(l => l.JobId).ToArray()),
            new NpgsqlParameter<int[]>("attempts", leases.Select(l => l.Attempt).ToArray()),
            new NpgsqlParameter<Guid>("node", node.Id),
        },
    };

    /// <summary>The monotonic end of a lease granted by a statement sent at <paramref name="sentAt"/>: earlier than the database's own by the way there.</summary>
    public long DeadlineFrom(long sentAt) => sentAt + (long)(options.Value.Lease.TotalSeconds * time.TimestampFrequency);
}
