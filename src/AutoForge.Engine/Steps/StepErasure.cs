using Npgsql;

namespace AutoForge.Engine.Steps;

/// <summary>Removes journals of runs that have ended, with what their steps were given and gave.</summary>
internal static class StepErasure
{
    /// <summary>For the batch of the transaction that erases the account; its runs have ended.</summary>
    public static NpgsqlBatchCommand Command(Guid accountId) => new(
        """
        DELETE FROM steps
        WHERE account_id = @account
        """)
    {
        Parameters = { new NpgsqlParameter<Guid>("account", accountId) },
    };

    /// <summary>The journals of these runs.</summary>
    public static NpgsqlBatchCommand Command(Guid[] accountIds, Guid[] runIds) => new(
        """
        DELETE FROM steps AS s
        USING unnest(@accounts, @runs) AS r (account_id, run_id)
        WHERE s.account_id = r.account_id
          AND s.run_id = r.run_id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", accountIds),
            new NpgsqlParameter<Guid[]>("runs", runIds),
        },
    };
}
