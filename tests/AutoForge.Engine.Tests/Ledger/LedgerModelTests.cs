using System.Collections.Concurrent;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using Npgsql;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>The ledger against a model of it (reliability F5): in memory, on PostgreSQL with many writers, and broken on purpose.</summary>
public sealed class LedgerModelTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    private const int InMemory = 1_000_000;
    private const int OnPostgres = 20_000;
    private const int Writers = 16;

    private static readonly string[] Types =
    [
        EntryType.Topup, EntryType.Grant, EntryType.Hold, EntryType.Hold, EntryType.Consume, EntryType.Release, EntryType.Refund,
        EntryType.Adjustment, EntryType.Dispute,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void TryMove_AMillionOperations_AgreeWithTheModel()
    {
        var seed = NewSeed();

        Assert.Null(FirstDivergence(seed, InMemory, (ledger, movement) => ledger.TryMove(movement)));
    }

    public static TheoryData<string> Broken => ["hold without balance", "release twice", "consume kept on hold", "a cent too much"];

    [Theory]
    [MemberData(nameof(Broken))]
    public void TryMove_BrokenOnPurpose_IsCaught(string how)
    {
        var divergence = FirstDivergence(NewSeed(), InMemory, (ledger, movement) => (how, movement.Type) switch
        {
            ("hold without balance", EntryType.Hold) when ledger.AvailableCents(movement.AccountId) < movement.AmountCents =>
                ledger.TryMove(movement with { Type = EntryType.Grant }) && ledger.TryMove(movement),
            ("release twice", EntryType.Release) => ledger.TryMove(movement) && (ledger.TryMove(movement) || true),
            ("consume kept on hold", EntryType.Consume) => ledger.HeldCents(movement.AccountId) >= movement.AmountCents,
            ("a cent too much", EntryType.Consume) when movement.AmountCents % 100 == 99 =>
                ledger.TryMove(movement with { AmountCents = movement.AmountCents + 1 }),
            _ => ledger.TryMove(movement),
        });

        output.WriteLine($"{how}: caught at operation {divergence}");
        Assert.NotNull(divergence);
    }

    [Fact]
    public async Task Write_ManyWritersOnFewAccounts_LeavesExactlyWhatWasSaidToBeBooked()
    {
        var seed = NewSeed();
        var accounts = Enumerable.Range(0, 5).Select(_ => Ids.NewId()).ToArray();
        foreach (var account in accounts)
            await new AccountOpening(database.Database).OpenAsync(account, 50_000, Token);
        var booked = new ConcurrentBag<(Guid Account, long Available, long Held)>();
        var refused = 0;

        await Parallel.ForEachAsync(Enumerable.Range(0, Writers), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Token }, async (writer, token) =>
        {
            var random = new Random(seed + writer);
            // Few runs, so that writers meet: the same run is held, settled and refunded by several of them.
            for (var i = 0; i < OnPostgres / Writers; i++)
            {
                var account = random.Next(accounts.Length);
                var movement = Next(random, accounts[account], new Guid(account, 0, 0, BitConverter.GetBytes((long)random.Next(2_000))));
                if (await BookAsync(movement, token))
                    booked.Add((movement.AccountId, movement.AvailableDeltaCents, movement.HeldDeltaCents));
                else
                    Interlocked.Increment(ref refused);
            }
        });

        output.WriteLine($"booked {booked.Count}, refused {refused}");
        Assert.Equal(OnPostgres, booked.Count + refused);
        Assert.True(booked.Count > OnPostgres / 10 && refused > OnPostgres / 10);
        foreach (var account in accounts)
        {
            var mine = booked.Where(movement => movement.Account == account).ToList();
            Assert.Equal(
                new AccountBalance(50_000 + mine.Sum(m => m.Available), mine.Sum(m => m.Held)),
                await new LedgerQueries(database.Database).BalanceAsync(account, Token));
        }
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>(
            """
            SELECT COUNT(*) FROM (
                SELECT FROM ledger_entries WHERE run_id IS NOT NULL
                GROUP BY account_id, run_id
                HAVING COUNT(*) FILTER (WHERE type = 'hold') > 1
                    OR COUNT(*) FILTER (WHERE type IN ('consume', 'release')) > 1
                    OR COUNT(*) FILTER (WHERE type = 'refund') > 1) AS twice
            """));
        var sums = (await new LedgerVerifier(database.Database).VerifyAsync(Token)).Where(r => r.Id is "I1" or "I2").ToList();
        Assert.Equal(2, sums.Count);
        Assert.All(sums, result => Assert.Equal(0, result.Violations));
    }

    private int NewSeed()
    {
        var seed = Environment.GetEnvironmentVariable("AUTOFORGE_SEED") is { } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"AUTOFORGE_SEED={seed}");
        return seed;
    }

    /// <summary>The number of the operation after which ledger and model differ; null = they never do.</summary>
    private static int? FirstDivergence(int seed, int operations, Func<LockedAccounts, Movement, bool> tryMove)
    {
        // As many operations as a group commit would hold, then the balances go back to the database and are read again.
        const int Group = 128;
        var random = new Random(seed);
        var accounts = Enumerable.Range(0, 5).Select(_ => Ids.NewId()).ToArray();
        var model = new LedgerModel();
        var ledger = new LockedAccounts();
        for (var i = 0; i < operations; i++)
        {
            if (i % Group == 0)
                ledger = Locked(accounts, i == 0 ? null : ledger);
            var movement = Next(random, accounts[random.Next(accounts.Length)], Ids.NewId());
            var expected = model.TryMove(movement.AccountId, movement.Type, movement.AmountCents, movement.IsDebit);
            if (tryMove(ledger, movement) != expected
                || model.Of(movement.AccountId) != (ledger.AvailableCents(movement.AccountId), ledger.HeldCents(movement.AccountId)))
                return i;
        }
        return null;
    }

    private static LockedAccounts Locked(Guid[] accounts, LockedAccounts? before)
    {
        var locked = new LockedAccounts();
        foreach (var account in accounts)
            locked.Put(account, before?.AvailableCents(account) ?? 0, before?.HeldCents(account) ?? 0, 0, 0, default, default);
        return locked;
    }

    private static Movement Next(Random random, Guid account, Guid run)
    {
        var type = Types[random.Next(Types.Length)];
        var isOfARun = type is EntryType.Hold or EntryType.Consume or EntryType.Release or EntryType.Refund;
        return new Movement(account, type, random.Next(1, 200), isOfARun ? run : null, isOfARun ? "run" : $"source {random.Next(5_000)}", "model")
        {
            IsDebit = random.Next(2) == 0,
        };
    }

    /// <summary>One transaction; false when the ledger or the database refuses.</summary>
    private async Task<bool> BookAsync(Movement movement, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var accounts = await LockedAccounts.LockAsync(connection, transaction, movement.AccountId, cancellationToken);
        if (!accounts.TryMove(movement))
            return false;
        try
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            accounts.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }
}
