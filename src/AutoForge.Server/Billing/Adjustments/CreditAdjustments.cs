using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using Npgsql;

namespace AutoForge.Server.Billing.Adjustments;

/// <summary>Credit that an administrator gives or takes by hand, with a reason that the account's owner reads.</summary>
internal sealed class CreditAdjustments(Database database)
{
    private const long MostCents = 10_000_000;
    private const int MostReason = 500;

    /// <summary>Books it; the same key books once, and is then answered as the first time.</summary>
    /// <param name="amountCents">US cents; negative takes away, what is not there is owed.</param>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    /// <exception cref="AutoForgeException"><c>idempotency_key</c>: the key was used for another adjustment.</exception>
    public async Task<AccountBalance> BookAsync(
        Guid accountId, Guid adminUserId, long amountCents, string? reason, string key, CancellationToken cancellationToken)
    {
        var text = Check(amountCents, reason);
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        var booking = await CreditBooking.LockAsync(transaction.Connection, transaction.Transaction, accountId, cancellationToken)
            ?? throw new NotFoundException();
        if (await TryInsertAsync(transaction, accountId, adminUserId, amountCents, text, key, cancellationToken))
        {
            var source = $"adjustment:{key}";
            if (amountCents > 0)
                booking.Add(EntryType.Adjustment, amountCents, source, text);
            else
                booking.TakeBack(EntryType.Adjustment, -amountCents, source, text);
            await RecordAsync(transaction, new AuditEntry(accountId, adminUserId, "credit_adjusted", source, $"{Money.Text(amountCents)}: {text}"), cancellationToken);
            await booking.WriteAsync(cancellationToken);
            // Crash before: nothing happened, and the repeat books. Crash after: the repeat finds the row.
            await transaction.CommitAsync(cancellationToken);
        }
        return new AccountBalance(booking.AvailableCents, booking.HeldCents, booking.DebtCents);
    }

    private static string Check(long amountCents, string? reason)
    {
        var errors = new List<FieldError>();
        if (amountCents is 0 or < -MostCents or > MostCents)
            errors.Add(new FieldError("amountCents", "The amount must be 1 cent to $100,000, or as much below zero."));
        var text = reason?.Trim() ?? "";
        if (text.Length is 0 or > MostReason || text.Any(char.IsControl))
            errors.Add(new FieldError("reason", $"Say why in 1 to {MostReason} characters, on one line."));
        return errors.Count == 0 ? text : throw new InvalidInputException(errors);
    }

    private static async Task RecordAsync(BillingTransaction transaction, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction.Transaction) { BatchCommands = { AuditLog.Command(entry) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Under the lock of the account: nobody else can be between the look and the insert.
    private static async Task<bool> TryInsertAsync(
        BillingTransaction transaction, Guid accountId, Guid adminUserId, long amountCents, string reason, string key, CancellationToken cancellationToken)
    {
        var inserted = await transaction.ExecuteAsync(
            """
            INSERT INTO credit_adjustments (account_id, key, amount_cents, reason, admin_user_id)
            VALUES (@account, @key, @amount, @reason, @admin)
            ON CONFLICT (account_id, key) DO NOTHING
            """, cancellationToken,
            ("account", accountId), ("key", key), ("amount", amountCents), ("reason", reason), ("admin", adminUserId));
        if (inserted == 1)
            return true;

        await using var same = transaction.Command(
            """
            SELECT amount_cents = @amount AND reason = @reason
            FROM credit_adjustments
            WHERE account_id = @account AND key = @key
            """, ("account", accountId), ("key", key), ("amount", amountCents), ("reason", reason));
        return await same.ExecuteScalarAsync(cancellationToken) is true
            ? false
            : throw new AutoForgeException("idempotency_key", "This key was used for another adjustment.");
    }
}
