using Npgsql;

namespace AutoForge.Engine.Connections;

/// <summary>Removes an account's stored credentials.</summary>
internal static class ConnectionErasure
{
    /// <summary>For the batch of the transaction that erases the account.</summary>
    public static NpgsqlBatchCommand Command(Guid accountId) => new(
        """
        DELETE FROM connections
        WHERE account_id = @account
        """)
    {
        Parameters = { new NpgsqlParameter<Guid>("account", accountId) },
    };
}
