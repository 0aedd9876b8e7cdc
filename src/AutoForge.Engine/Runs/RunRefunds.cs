using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Runs;

/// <summary>What became of a wish to give the price of a run back.</summary>
public enum RefundOutcome
{
    /// <summary>The money is back on the balance.</summary>
    Refunded,

    /// <summary>It was given back before; nothing changed.</summary>
    AlreadyRefunded,

    /// <summary>The run was never charged, so there is nothing to give back.</summary>
    NotCharged,

    /// <summary>The provider reports a failure after the refund window.</summary>
    TooLate,

    /// <summary>The account has no such run.</summary>
    Unknown,
}

/// <summary>Gives the price of a run back whose success was disproved later (money rule 7): one <c>refund</c> per run at most.</summary>
public sealed class RunRefunds
{
    /// <summary>How long after the end of a run a provider's report gives the money back by itself.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private readonly Database _database;

    internal RunRefunds(Database database) => _database = database;

    /// <summary>On the word of an administrator, however old the run is.</summary>
    /// <param name="reason">For the ledger, where the owner of the account reads it.</param>
    public Task<RefundOutcome> RefundAsync(Guid accountId, Guid runId, string reason, CancellationToken cancellationToken) =>
        RefundAsync(accountId, runId, reason, window: null, cancellationToken);

    /// <summary>On the report of a provider that what it had accepted has failed after all, within <see cref="Window"/>.</summary>
    /// <param name="report">What the provider says.</param>
    public Task<RefundOutcome> ReportFailureAsync(Guid accountId, Guid runId, string report, CancellationToken cancellationToken) =>
        RefundAsync(accountId, runId, report, Window, cancellationToken);

    private async Task<RefundOutcome> RefundAsync(Guid accountId, Guid runId, string reason, TimeSpan? window, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two refunds of a run meet here; the unique index on the ledger is only the net below.
        var accounts = await LockedAccounts.LockAsync(connection, transaction, accountId, cancellationToken);
        var (outcome, cents) = await LookAsync(connection, transaction, accountId, runId, window, cancellationToken);
        if (outcome != RefundOutcome.Refunded)
            return outcome;

        if (!accounts.TryMove(new Movement(accountId, EntryType.Refund, cents, runId, "run", StoredText.Of($"Refund: {reason}")!)))
            throw new InvalidOperationException($"The refund of run {runId} could not be booked.");
        accounts.PayDebt(accountId, $"refund:{runId}");
        await using var batch = new NpgsqlBatch(connection, transaction);
        accounts.AddTo(batch);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return RefundOutcome.Refunded;
    }

    private static async Task<(RefundOutcome Outcome, int Cents)> LookAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, Guid runId, TimeSpan? window, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT r.charged_cents,
                   @window IS NOT NULL AND r.finished_at < now() - @window,
                   EXISTS (SELECT FROM ledger_entries AS e WHERE e.account_id = r.account_id AND e.run_id = r.id AND e.type = 'refund')
            FROM runs AS r
            WHERE r.account_id = @account
              AND r.id = @run
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("run", runId);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan?>("window", window));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return (RefundOutcome.Unknown, 0);
        var cents = reader.GetInt32(0);
        return (cents, reader.IsDBNull(1) || !reader.GetBoolean(1), reader.GetBoolean(2)) switch
        {
            (_, _, true) => (RefundOutcome.AlreadyRefunded, 0),
            (0, _, _) => (RefundOutcome.NotCharged, 0),
            (_, false, _) => (RefundOutcome.TooLate, 0),
            _ => (RefundOutcome.Refunded, cents),
        };
    }
}
