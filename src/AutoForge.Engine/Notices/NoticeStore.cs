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

    /// <summary>
    /// Hands the notices that are due to <paramref name="tell"/>, oldest first, and marks them as told when it returns, in one
    /// transaction: two nodes never tell the same one, and after a crash in between it is told again. When it throws, nothing
    /// is marked.
    /// </summary>
    /// <returns>How many were told.</returns>
    public async Task<int> TellAsync(
        int max, Func<IReadOnlyList<DueNotice>, CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tell);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = await ReadAsync(connection, transaction, max, cancellationToken);
        if (due.Count == 0)
            return 0;

        await tell(due, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            UPDATE notices AS n
            SET times = 0,
                told_at = now()
            FROM unnest(@accounts, @kinds, @subjects) AS t (account_id, kind, subject)
            WHERE n.account_id = t.account_id
              AND n.kind = t.kind
              AND n.subject = t.subject
            """, connection, transaction);
        command.Parameters.AddWithValue("accounts", due.Select(n => n.Notice.AccountId).ToArray());
        command.Parameters.AddWithValue("kinds", due.Select(n => n.Notice.Kind.ToString()).ToArray());
        command.Parameters.AddWithValue("subjects", due.Select(n => n.Notice.Subject).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return due.Count;
    }

    private static async Task<IReadOnlyList<DueNotice>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int max, CancellationToken cancellationToken)
    {
        // A subject with a month in it is never told twice.
        await using var command = new NpgsqlCommand(
            """
            SELECT account_id, kind, subject, workflow_id, run_id, times, since
            FROM notices
            WHERE times > 0
              AND (told_at IS NULL OR told_at <= now() - CASE kind
                  WHEN 'RunFailed' THEN interval '1 hour'
                  WHEN 'LowBalance' THEN interval '1 day'
                  ELSE interval '100 years'
              END)
            ORDER BY since
            LIMIT @max
            FOR UPDATE SKIP LOCKED
            """, connection, transaction);
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
}
