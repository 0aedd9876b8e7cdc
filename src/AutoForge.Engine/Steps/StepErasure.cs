using Npgsql;

namespace AutoForge.Engine.Steps;

/// <summary>Removes the journals of an account's runs, with what their steps were given and gave.</summary>
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
}
