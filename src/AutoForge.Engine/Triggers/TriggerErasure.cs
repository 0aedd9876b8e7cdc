using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>Removes an account's triggers, from when on nothing outside starts a run of it, and what is too old of its refusals.</summary>
internal static class TriggerErasure
{
    /// <summary>For the batch of the transaction that erases the account.</summary>
    public static void AddTo(NpgsqlBatch batch, Guid accountId)
    {
        batch.BatchCommands.Add(Command(
            """
            DELETE FROM triggers
            WHERE account_id = @account
            """, accountId));
        batch.BatchCommands.Add(Command(
            """
            DELETE FROM refusals
            WHERE account_id = @account
            """, accountId));
    }

    /// <summary>Removes the refusals of each account from before a time of its own.</summary>
    public static NpgsqlBatchCommand OldRefusalsCommand(Guid[] accountIds, DateTimeOffset[] before) => new(
        """
        DELETE FROM refusals AS f
        USING unnest(@accounts, @before) AS b (account_id, before)
        WHERE f.account_id = b.account_id
          AND f.slot < b.before
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<DateTimeOffset[]>("before", before),
        },
    };

    private static NpgsqlBatchCommand Command(string sql, Guid accountId) =>
        new(sql) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } };
}
