using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>Removes an account's triggers: from then on nothing outside starts a run of it.</summary>
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

    private static NpgsqlBatchCommand Command(string sql, Guid accountId) =>
        new(sql) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } };
}
