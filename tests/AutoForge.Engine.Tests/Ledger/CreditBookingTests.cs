using AutoForge.Engine.Ledger;
using AutoForge.Testing;
using Npgsql;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>Movements that belong to no run (reliability 4, 8; I1, I2).</summary>
public sealed class CreditBookingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeBack_MoreThanIsThere_IsOwedAndPaidByTheNextCredit()
    {
        var account = await OpenAsync(400);

        await BookAsync(account, booking => booking.TakeBack(EntryType.Dispute, 1000, "dispute:1", "d"));
        Assert.Equal(new AccountBalance(0, 0, 600), await BalanceAsync(account));
        await BookAsync(account, booking => booking.Add(EntryType.Topup, 500, "topup:1", "t"));
        Assert.Equal(new AccountBalance(0, 0, 100), await BalanceAsync(account));
        await BookAsync(account, booking => booking.Add(EntryType.Grant, 500, "grant:1", "g"));

        Assert.Equal(new AccountBalance(400, 0), await BalanceAsync(account));
        var entries = await new LedgerQueries(database.Database).ListAsync(account, new LedgerFilter(), null, 10, Token);
        Assert.Equal([-100L, 500, -500, 500, -400, 400], entries.Select(entry => entry.AvailableDeltaCents));
        Assert.Equal(["debt:grant:1", "grant:1", "debt:topup:1", "topup:1", "dispute:1", "welcome"], entries.Select(entry => entry.Source));
        Assert.All(await new LedgerVerifier(database.Database).VerifyAsync(Token), result => Assert.Equal(0, result.Violations));
    }

    [Fact]
    public async Task Hold_OfAnAccountThatOwes_IsNotGranted()
    {
        var account = await OpenAsync(100);
        await BookAsync(account, booking => booking.TakeBack(EntryType.Adjustment, 101, "adjustment:1", "a"));
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);

        var accounts = await LockedAccounts.LockAsync(connection, transaction, account, Token);
        accounts.TryMove(new Movement(account, EntryType.Refund, 50, Ids.NewId(), "run", "back"));

        Assert.False(accounts.TryMove(new Movement(account, EntryType.Hold, 5, Ids.NewId(), "run", "hold")));
    }

    [Fact]
    public async Task Add_TheSameSourceTwice_IsForbiddenByTheDatabase()
    {
        var account = await OpenAsync(0);
        await BookAsync(account, booking => booking.Add(EntryType.Topup, 10, "stripe:pi_1", "t"));

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => BookAsync(account, booking => booking.Add(EntryType.Topup, 10, "stripe:pi_1", "t")));

        Assert.Equal("ledger_entries_one_per_source", refused.ConstraintName);
        Assert.Equal(new AccountBalance(10, 0), await BalanceAsync(account));
    }

    [Fact]
    public async Task Lock_UnknownAccount_IsNull()
    {
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);

        Assert.Null(await CreditBooking.LockAsync(connection, transaction, Ids.NewId(), Token));
    }

    [Fact]
    public async Task Verify_TamperedDebt_IsFound()
    {
        await using var own = await TestDatabase.CreateAsync();
        await new AccountOpening(own.Database).OpenAsync(Ids.NewId(), 100, Token);

        await using var tamper = own.DataSource.CreateCommand("UPDATE accounts SET debt_cents = 1");
        await tamper.ExecuteNonQueryAsync(Token);

        Assert.Equal("I1", Assert.Single(await new LedgerVerifier(own.Database).VerifyAsync(Token), result => result.Violations > 0).Id);
    }

    private async Task<Guid> OpenAsync(long cents)
    {
        var account = Ids.NewId();
        await new AccountOpening(database.Database).OpenAsync(account, cents, Token);
        return account;
    }

    private Task<AccountBalance?> BalanceAsync(Guid account) => new LedgerQueries(database.Database).BalanceAsync(account, Token);

    private async Task BookAsync(Guid account, Action<CreditBooking> book)
    {
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var booking = await CreditBooking.LockAsync(connection, transaction, account, Token);
        book(booking!);
        await booking!.WriteAsync(Token);
        await transaction.CommitAsync(Token);
    }
}
