using Npgsql;

namespace AutoForge.Engine.Ledger;

/// <summary>
/// Movements of one account that belong to no run, inside a transaction that the caller owns: credit comes in (a top-up, a
/// grant), or is taken back (a refund by the payment provider, a dispute). Amounts are US cents, positive.
/// </summary>
/// <remarks>
/// The account stays locked until the transaction ends. No balance falls below zero: what cannot be taken back now becomes
/// a debt, which later credit pays first and which no run is accepted beside. Every source books once; a repeat breaks a
/// unique constraint, so ask <see cref="IsBookedAsync"/> first, under the lock.
/// </remarks>
public sealed class CreditBooking
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly LockedAccounts _accounts;
    private readonly Guid _accountId;

    private CreditBooking(NpgsqlConnection connection, NpgsqlTransaction transaction, LockedAccounts accounts, Guid accountId)
    {
        _connection = connection;
        _transaction = transaction;
        _accounts = accounts;
        _accountId = accountId;
    }

    /// <summary>What the account can spend, the movements of this booking included.</summary>
    public long AvailableCents => _accounts.AvailableCents(_accountId);

    /// <summary>What is reserved for open runs.</summary>
    public long HeldCents => _accounts.HeldCents(_accountId);

    /// <summary>What it owes, this booking included.</summary>
    public long DebtCents => _accounts.DebtCents(_accountId);

    /// <summary>Locks the account. Null when there is no such account.</summary>
    public static async Task<CreditBooking?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, CancellationToken cancellationToken)
    {
        var accounts = await LockedAccounts.LockAsync(connection, transaction, accountId, cancellationToken);
        return accounts.Contains(accountId) ? new CreditBooking(connection, transaction, accounts, accountId) : null;
    }

    /// <summary>Whether an earlier transaction has booked this source.</summary>
    public async Task<bool> IsBookedAsync(string source, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT EXISTS (SELECT FROM ledger_entries WHERE account_id = @account AND source = @source AND run_id IS NULL)
                OR EXISTS (SELECT FROM account_debts WHERE account_id = @account AND source = @source)
            """, _connection, _transaction);
        command.Parameters.AddWithValue("account", _accountId);
        command.Parameters.AddWithValue("source", source);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Adds credit, and pays debts from what is then available.</summary>
    /// <param name="type"><see cref="EntryType.Topup"/>, <see cref="EntryType.Grant"/> or <see cref="EntryType.Adjustment"/>.</param>
    public void Add(string type, long cents, string source, string description)
    {
        if (type is not (EntryType.Topup or EntryType.Grant or EntryType.Adjustment))
            throw new ArgumentException($"'{type}' adds no credit.", nameof(type));
        Move(new Movement(_accountId, type, cents, null, source, description));
        _accounts.PayDebt(_accountId, source);
    }

    /// <summary>Takes credit back as far as it is there; the rest is owed from now on.</summary>
    /// <param name="type"><see cref="EntryType.Adjustment"/> or <see cref="EntryType.Dispute"/>.</param>
    public void TakeBack(string type, long cents, string source, string description)
    {
        if (type is not (EntryType.Adjustment or EntryType.Dispute))
            throw new ArgumentException($"'{type}' takes no credit back.", nameof(type));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cents);

        var taken = Math.Min(AvailableCents, cents);
        if (taken > 0)
            Move(new Movement(_accountId, type, taken, null, source, description) { IsDebit = true });
        if (taken < cents)
            _accounts.Owe(_accountId, cents - taken, source);
    }

    /// <summary>Writes the movements, last in the caller's transaction; nothing is durable before its commit.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection, _transaction);
        _accounts.AddTo(batch);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Move(Movement movement)
    {
        if (!_accounts.TryMove(movement))
            throw new InvalidOperationException("The amount was computed from the locked balance and must fit it.");
    }
}
