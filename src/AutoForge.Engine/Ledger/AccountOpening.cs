using AutoForge.Engine.Storage;

namespace AutoForge.Engine.Ledger;

/// <summary>Opens money accounts.</summary>
public sealed class AccountOpening(Database database)
{
    /// <summary>Opens the account and grants the welcome credit (US cents; 0 = none), in one transaction. A repeat changes nothing.</summary>
    public async Task OpenAsync(Guid accountId, long welcomeCreditCents, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO accounts (id)
            VALUES (@id)
            ON CONFLICT DO NOTHING
            """;
        insert.Parameters.AddWithValue("id", accountId);
        var opened = await insert.ExecuteNonQueryAsync(cancellationToken) == 1;

        if (opened && welcomeCreditCents > 0)
        {
            var accounts = await LockedAccounts.LockAsync(connection, transaction, accountId, cancellationToken);
            accounts.TryMove(new Movement(accountId, EntryType.Grant, welcomeCreditCents, null, "welcome", "Welcome credit"));
            await using var batch = connection.CreateBatch();
            batch.Transaction = transaction;
            accounts.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }
}
