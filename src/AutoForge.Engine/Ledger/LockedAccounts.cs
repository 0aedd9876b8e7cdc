using Npgsql;

namespace AutoForge.Engine.Ledger;

/// <summary>
/// The accounts of one transaction, locked in id order, and the movements that it books on them. The only code that
/// writes balances and entries.
/// </summary>
/// <remarks>
/// Two transactions that lock the same accounts meet at the first common id and queue there, so they cannot deadlock.
/// Balances are decided on in memory while the rows are locked and written back once, last in the transaction.
/// </remarks>
internal sealed class LockedAccounts
{
    private readonly Dictionary<Guid, Balance> _balances = [];
    private readonly List<(Movement Movement, Balance Balance)> _movements = [];
    private readonly List<(Guid AccountId, string Source, long Cents)> _debts = [];

    /// <summary>Locks the rows. Add it to the transaction's first batch and read its result set with <see cref="ReadAsync"/>.</summary>
    /// <remarks>
    /// While a transaction somewhere keeps old versions of a row alive, the index leads to all of them, in the order of their
    /// places. The newest has the last place then, and is looked for from that end; an equation would start at the other.
    /// </remarks>
    public static NpgsqlBatchCommand LockCommand(IEnumerable<Guid> accountIds) => new(
        """
        SELECT a.id, a.available_cents, a.held_cents, a.debt_cents, a.last_entry_no, a.spend_month, a.month_cents, a.runs_day,
               a.day_runs, a.places_taken, a.runs_parked,
               (SELECT concurrent_runs FROM account_limits WHERE account_id = a.id),
               a.place
        FROM unnest(@ids) AS i (id)
        CROSS JOIN LATERAL (
            SELECT *, ctid::text AS place
            FROM accounts
            WHERE id BETWEEN i.id AND i.id
            ORDER BY id DESC
            LIMIT 1
            FOR NO KEY UPDATE
        ) AS a
        """)
    {
        // The rows are locked in this order.
        Parameters = { new NpgsqlParameter<Guid[]>("ids", [.. accountIds.Distinct().Order()]) },
    };

    public static async ValueTask<LockedAccounts> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var accounts = new LockedAccounts();
        while (await reader.ReadAsync(cancellationToken))
            accounts.PutRow(reader);
        return accounts;
    }

    /// <summary>As <see cref="ReadAsync"/>, for a thread that waits.</summary>
    public void Read(NpgsqlDataReader reader)
    {
        while (reader.Read())
            PutRow(reader);
    }

    private void PutRow(NpgsqlDataReader row)
    {
        var spending = new Spending(row.GetFieldValue<DateOnly>(5), row.GetInt64(6), row.GetFieldValue<DateOnly>(7), row.GetInt32(8));
        var places = new Places(row.GetInt32(9), row.GetInt32(10), row.IsDBNull(11) ? null : row.GetInt32(11));
        Put(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), spending, places, row.GetString(12));
    }

    public static async ValueTask<LockedAccounts> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { LockCommand([accountId]) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>An account as it stands in the database while its row is locked.</summary>
    internal void Put(Guid id, long availableCents, long heldCents, long debtCents, long lastEntryNo, Spending spending, Places places, string place = "") =>
        _balances[id] = new Balance(id, availableCents, heldCents, debtCents, lastEntryNo, spending, places, 0, place);

    /// <summary>Whether there is such an account.</summary>
    public bool Contains(Guid accountId) => _balances.ContainsKey(accountId);

    /// <summary>US cents free to be held, with the movements booked so far; 0 for an unknown account.</summary>
    public long AvailableCents(Guid accountId) => _balances.GetValueOrDefault(accountId)?.AvailableCents ?? 0;

    public long HeldCents(Guid accountId) => _balances[accountId].HeldCents;

    public long DebtCents(Guid accountId) => _balances[accountId].DebtCents;

    /// <summary>What the account has spent and started, with the movements booked so far.</summary>
    public Spending SpendingOf(Guid accountId, DateTimeOffset now) => (_balances.GetValueOrDefault(accountId)?.Spending ?? default).At(now);

    /// <summary>
    /// Books the movement if the account exists and neither balance would fall below zero. Who owes something holds nothing:
    /// what comes free goes to the debt, not into more runs.
    /// </summary>
    public bool TryMove(Movement movement)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(movement.AmountCents);
        if (!_balances.TryGetValue(movement.AccountId, out var balance))
            return false;
        if (movement.Type == EntryType.Hold && balance.DebtCents > 0)
            return false;

        var after = balance with
        {
            AvailableCents = checked(balance.AvailableCents + movement.AvailableDeltaCents),
            HeldCents = checked(balance.HeldCents + movement.HeldDeltaCents),
            LastEntryNo = balance.LastEntryNo + 1,
            Spending = movement switch
            {
                { Type: EntryType.Hold, RunAcceptedAt: { } at } => balance.Spending.WithHold(movement.AmountCents, at),
                { Type: EntryType.Release, RunAcceptedAt: { } at } => balance.Spending.WithRelease(movement.AmountCents, at),
                _ => balance.Spending,
            },
            Booked = balance.Booked + 1,
            IsChanged = true,
        };
        if (after.AvailableCents < 0 || after.HeldCents < 0)
            return false;

        _balances[movement.AccountId] = after;
        _movements.Add((movement, after));
        return true;
    }

    /// <summary>Records what could not be taken back.</summary>
    public void Owe(Guid accountId, long cents, string source)
    {
        var balance = _balances[accountId];
        _balances[accountId] = balance with { DebtCents = checked(balance.DebtCents + cents), IsChanged = true };
        _debts.Add((accountId, source, cents));
    }

    /// <summary>Pays what is owed from all that is available, after credit has come in.</summary>
    /// <param name="source">Of that credit, unique in the account: it pays once.</param>
    public void PayDebt(Guid accountId, string source)
    {
        var paid = Math.Min(AvailableCents(accountId), DebtCents(accountId));
        if (paid == 0)
            return;
        if (!TryMove(new Movement(accountId, EntryType.Adjustment, paid, null, $"debt:{source}", "Paid what was owed") { IsDebit = true }))
            throw new InvalidOperationException("What is available covers what is paid.");
        var balance = _balances[accountId];
        _balances[accountId] = balance with { DebtCents = balance.DebtCents - paid, IsChanged = true };
    }

    /// <summary>Takes a place for a run, or counts it as parked.</summary>
    /// <param name="defaultLimit">Places of an account whose plan does not say.</param>
    /// <returns>Whether there was a place.</returns>
    public bool TakePlace(Guid accountId, int defaultLimit)
    {
        var balance = _balances[accountId];
        Change(balance, balance.Places.With(defaultLimit, out var hasPlace));
        return hasPlace;
    }

    /// <summary>A run that ended, or rests, needs no place.</summary>
    public void LeavePlace(Guid accountId, bool hadPlace, bool wasParked)
    {
        var balance = _balances[accountId];
        Change(balance, balance.Places.Without(hadPlace, wasParked));
    }

    /// <summary>Hands the free places of the locked accounts to their parked runs. Call it once, before <see cref="AddTo"/>.</summary>
    /// <returns>How many of each account, for the queue.</returns>
    public IReadOnlyList<(Guid AccountId, int Count)> HandOutPlaces(int defaultLimit)
    {
        var handed = new List<(Guid, int)>();
        foreach (var balance in _balances.Values.Where(b => b.Places.Parked > 0).ToArray())
        {
            Change(balance, balance.Places.Filled(defaultLimit, out var count));
            if (count > 0)
                handed.Add((balance.AccountId, count));
        }
        return handed;
    }

    private void Change(Balance balance, Places places)
    {
        if (places != balance.Places)
            _balances[balance.AccountId] = balance with { Places = places, IsChanged = true };
    }

    /// <summary>Adds the entries and, last, one conditional update per account.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_movements.Count > 0)
            batch.BatchCommands.Add(InsertEntries());
        if (_debts.Count > 0)
            batch.BatchCommands.Add(InsertDebts());
        var changed = _balances.Values.Where(b => b.IsChanged).ToArray();
        if (changed.Length > 0)
            batch.BatchCommands.Add(UpdateCommand(changed));
    }

    private NpgsqlBatchCommand InsertEntries()
    {
        var n = _movements.Count;
        var accounts = new Guid[n];
        var numbers = new long[n];
        var types = new string[n];
        var amounts = new long[n];
        var availableDeltas = new long[n];
        var heldDeltas = new long[n];
        var availables = new long[n];
        var helds = new long[n];
        var runs = new Guid?[n];
        var sources = new string[n];
        var descriptions = new string[n];
        for (var i = 0; i < n; i++)
        {
            var (movement, after) = _movements[i];
            accounts[i] = movement.AccountId;
            numbers[i] = after.LastEntryNo;
            types[i] = movement.Type;
            amounts[i] = movement.AmountCents;
            availableDeltas[i] = movement.AvailableDeltaCents;
            heldDeltas[i] = movement.HeldDeltaCents;
            availables[i] = after.AvailableCents;
            helds[i] = after.HeldCents;
            runs[i] = movement.RunId;
            sources[i] = movement.Source;
            descriptions[i] = movement.Description;
        }
        return new NpgsqlBatchCommand(
            """
            INSERT INTO ledger_entries
                (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
                 available_after_cents, held_after_cents, run_id, source, description)
            SELECT unnest(@accounts), unnest(@numbers), unnest(@types), unnest(@amounts), unnest(@available_deltas), unnest(@held_deltas),
                   unnest(@availables), unnest(@helds), unnest(@runs), unnest(@sources), unnest(@descriptions)
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", accounts),
                new NpgsqlParameter<long[]>("numbers", numbers),
                new NpgsqlParameter<string[]>("types", types),
                new NpgsqlParameter<long[]>("amounts", amounts),
                new NpgsqlParameter<long[]>("available_deltas", availableDeltas),
                new NpgsqlParameter<long[]>("held_deltas", heldDeltas),
                new NpgsqlParameter<long[]>("availables", availables),
                new NpgsqlParameter<long[]>("helds", helds),
                new NpgsqlParameter<Guid?[]>("runs", runs),
                new NpgsqlParameter<string[]>("sources", sources),
                new NpgsqlParameter<string[]>("descriptions", descriptions),
            },
        };
    }

    private NpgsqlBatchCommand InsertDebts() => new(
        """
        INSERT INTO account_debts (account_id, source, amount_cents)
        SELECT *
        FROM unnest(@accounts, @sources, @amounts)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", [.. _debts.Select(d => d.AccountId)]),
            new NpgsqlParameter<string[]>("sources", [.. _debts.Select(d => d.Source)]),
            new NpgsqlParameter<long[]>("amounts", [.. _debts.Select(d => d.Cents)]),
        },
    };

    // By the place of the row that we hold the lock of. By its id we would step over every version that it has had while a
    // transaction somewhere keeps them alive; the comparison of rows is one that no index is asked for. A row that is not
    // found there after all divides by zero: entries without their balance must not be committed.
    private static NpgsqlBatchCommand UpdateCommand(Balance[] changed) => new(
        """
        WITH updated AS (
            UPDATE accounts AS a
            SET available_cents = b.available,
                held_cents = b.held,
                debt_cents = b.debt,
                last_entry_no = b.last_no,
                spend_month = b.month,
                month_cents = b.month_cents,
                runs_day = b.day,
                day_runs = b.day_runs,
                places_taken = b.taken,
                runs_parked = b.parked
            FROM (
                SELECT unnest(@places) AS place, unnest(@ids) AS id, unnest(@availables) AS available, unnest(@helds) AS held,
                       unnest(@debts) AS debt, unnest(@last_nos) AS last_no, unnest(@booked) AS booked, unnest(@months) AS month,
                       unnest(@month_cents) AS month_cents, unnest(@days) AS day, unnest(@day_runs) AS day_runs, unnest(@taken) AS taken,
                       unnest(@parked) AS parked
            ) AS b
            WHERE a.ctid = b.place::tid
              AND (a.id, a.last_entry_no) IS NOT DISTINCT FROM (b.id, b.last_no - b.booked)
            RETURNING a.id
        )
        SELECT 1 / (COUNT(*) = cardinality(@ids))::int
        FROM updated
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]>("places", Array.ConvertAll(changed, b => b.Place)),
            new NpgsqlParameter<Guid[]>("ids", Array.ConvertAll(changed, b => b.AccountId)),
            new NpgsqlParameter<long[]>("availables", Array.ConvertAll(changed, b => b.AvailableCents)),
            new NpgsqlParameter<long[]>("helds", Array.ConvertAll(changed, b => b.HeldCents)),
            new NpgsqlParameter<long[]>("debts", Array.ConvertAll(changed, b => b.DebtCents)),
            new NpgsqlParameter<long[]>("last_nos", Array.ConvertAll(changed, b => b.LastEntryNo)),
            new NpgsqlParameter<long[]>("booked", Array.ConvertAll(changed, b => b.Booked)),
            new NpgsqlParameter<DateOnly[]>("months", Array.ConvertAll(changed, b => b.Spending.Month)),
            new NpgsqlParameter<long[]>("month_cents", Array.ConvertAll(changed, b => b.Spending.MonthCents)),
            new NpgsqlParameter<DateOnly[]>("days", Array.ConvertAll(changed, b => b.Spending.Day)),
            new NpgsqlParameter<int[]>("day_runs", Array.ConvertAll(changed, b => b.Spending.DayRuns)),
            new NpgsqlParameter<int[]>("taken", Array.ConvertAll(changed, b => b.Places.Taken)),
            new NpgsqlParameter<int[]>("parked", Array.ConvertAll(changed, b => b.Places.Parked)),
        },
    };

    private sealed record Balance(
        Guid AccountId, long AvailableCents, long HeldCents, long DebtCents, long LastEntryNo, Spending Spending, Places Places, long Booked, string Place)
    {
        public bool IsChanged { get; init; }
    }
}
