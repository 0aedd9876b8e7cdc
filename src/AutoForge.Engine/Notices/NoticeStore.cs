using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Notices;

/// <summary>The notices that wait to be told. They are stored with what they tell of, so none is lost with a node.</summary>
public sealed class NoticeStore
{
    private readonly Database _database;

    internal NoticeStore(Database database) => _database = database;

    /// <summary>Adds notices to a transaction that has locked their accounts.</summary>
    internal static void AddTo(NpgsqlBatch batch, IReadOnlyList<Notice> notices)
    {
        if (notices.Count == 0)
            return;
        var subjects = notices.GroupBy(n => (n.AccountId, n.Kind, n.Subject)).ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO notices AS n (account_id, kind, subject, workflow_id, run_id, times)
            SELECT *
            FROM unnest(@accounts, @kinds, @subjects, @workflows, @runs, @times)
            ON CONFLICT (account_id, kind, subject) DO UPDATE
            SET run_id = EXCLUDED.run_id,
                times = n.times + EXCLUDED.times,
                since = CASE WHEN n.times = 0 THEN now() ELSE n.since END
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", Array.ConvertAll(subjects, s => s.Key.AccountId)),
                new NpgsqlParameter<string[]>("kinds", Array.ConvertAll(subjects, s => s.Key.Kind.ToString())),
                new NpgsqlParameter<string[]>("subjects", Array.ConvertAll(subjects, s => s.Key.Subject)),
                new NpgsqlParameter<string?[]>("workflows", Array.ConvertAll(subjects, s => s.Last().WorkflowId)),
                new NpgsqlParameter<Guid?[]>("runs", Array.ConvertAll(subjects, s => s.Last().RunId)),
                new NpgsqlParameter<int[]>("times", Array.ConvertAll(subjects, s => s.Count())),
            },
        });
    }

    /// <summary>Adds a notice to the caller's transaction, last in it.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Notice notice, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        AddTo(batch, [notice]);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static NpgsqlBatchCommand EraseCommand(Guid accountId) => new(
        """
        DELETE FROM notices
        WHERE account_id = @account
        """)
    {
        Parameters = { new NpgsqlParameter<Guid>("account", accountId) },
    };

    /// <summary>
    /// Takes notices that are due, oldest first, for five minutes: nobody else takes them meanwhile, and nothing is locked
    /// while they are told. Those that are not <see cref="ToldAsync">told</see> by then fall due again.
    /// </summary>
    public async Task<IReadOnlyList<DueNotice>> ClaimAsync(int max, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // A subject with a month in it, or of one payment, is never told twice.
        command.CommandText =
            """
            WITH due AS (
                SELECT account_id, kind, subject
                FROM notices
                WHERE times > 0
                  AND (claimed_until IS NULL OR claimed_until < now())
                  AND (told_at IS NULL OR told_at <= now() - CASE kind
                      WHEN 'RunFailed' THEN interval '1 hour'
                      WHEN 'LowBalance' THEN interval '1 day'
                      ELSE interval '100 years'
                  END)
                ORDER BY since
                LIMIT @max
                FOR UPDATE SKIP LOCKED
            )
            UPDATE notices AS n
            SET claimed_until = now() + interval '5 minutes'
            FROM due
            WHERE n.account_id = due.account_id
              AND n.kind = due.kind
              AND n.subject = due.subject
            RETURNING n.account_id, n.kind, n.subject, n.workflow_id, n.run_id, n.times, n.since
            """;
        command.Parameters.AddWithValue("max", max);
        var notices = new List<DueNotice>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            notices.Add(new DueNotice(
                new Notice(
                    reader.GetGuid(0), Enum.Parse<NoticeKind>(reader.GetString(1)), reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetGuid(4)),
                reader.GetInt32(5), reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return notices;
    }

    /// <summary>Marks a notice as told. What came true since it was claimed stays to be told.</summary>
    public async Task ToldAsync(DueNotice told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(told);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE notices
            SET times = times - @times,
                since = now(),
                told_at = now(),
                claimed_until = NULL
            WHERE account_id = @account
              AND kind = @kind
              AND subject = @subject
            """;
        command.Parameters.AddWithValue("account", told.Notice.AccountId);
        command.Parameters.AddWithValue("kind", told.Notice.Kind.ToString());
        command.Parameters.AddWithValue("subject", told.Notice.Subject);
        command.Parameters.AddWithValue("times", told.Times);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
