using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>A success that is disproved later gives the money back, once (money rule 7).</summary>
public sealed class RefundTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private Guid _account;
    private Guid _run;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private RunRefunds Refunds => _node.Get<RunRefunds>();

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        await _node.StartAsync();
        _account = await _node.OpenAccountAsync(100);
        _run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account));
        await _node.EndOfAsync(_account, _run);
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Refund_ManyAtOnce_GivesTheMoneyBackOnce()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Refunds.RefundAsync(_account, _run, "The parcel came back", Token)));

        Assert.Single(outcomes, RefundOutcome.Refunded);
        Assert.Equal(19, outcomes.Count(outcome => outcome == RefundOutcome.AlreadyRefunded));
        Assert.Equal(new AccountBalance(100, 0), await _node.BalanceAsync(_account));
        var entry = (await _node.Get<LedgerQueries>().ListAsync(_account, new LedgerFilter(RunId: _run), null, 10, Token))[0];
        Assert.Equal((EntryType.Refund, 5, "Refund: The parcel came back"), (entry.Type, entry.AmountCents, entry.Description));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Refund_OfWhatWasNeverCharged_GivesNothing()
    {
        var failed = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Fault("fault")));
        await _node.EndOfAsync(_account, failed);

        Assert.Equal(RefundOutcome.NotCharged, await Refunds.RefundAsync(_account, failed, "x", Token));
        Assert.Equal(RefundOutcome.Unknown, await Refunds.RefundAsync(await _node.OpenAccountAsync(), _run, "x", Token));
        Assert.Equal(new AccountBalance(95, 0), await _node.BalanceAsync(_account));
    }

    [Fact]
    public async Task ReportFailure_AfterTheWindow_IsLeftToAnAdministrator()
    {
        await database.DataSource.ExecuteAsync(
            "UPDATE runs SET finished_at = now() - interval '30 days 1 minute' WHERE account_id = @a", ("a", _account));

        Assert.Equal(RefundOutcome.TooLate, await Refunds.ReportFailureAsync(_account, _run, "bounced", Token));
        Assert.Equal(RefundOutcome.Refunded, await Refunds.RefundAsync(_account, _run, "bounced", Token));
    }

    [Fact]
    public async Task ReportFailure_WithinTheWindow_GivesTheMoneyBack() =>
        Assert.Equal(RefundOutcome.Refunded, await Refunds.ReportFailureAsync(_account, _run, "bounced", Token));

    [Theory]
    [InlineData(97, 2, 3, 0)]
    [InlineData(100, 5, 0, 0)]
    [InlineData(110, 15, 0, 10)]
    public async Task Refund_OfAnAccountThatOwes_PaysTheDebtFirst(long takenBack, long owed, long available, long stillOwed)
    {
        await TakeBackAsync(takenBack);
        Assert.Equal(new AccountBalance(0, 0, owed), await _node.BalanceAsync(_account));

        Assert.Equal(RefundOutcome.Refunded, await Refunds.RefundAsync(_account, _run, "The parcel came back", Token));
        Assert.Equal(RefundOutcome.AlreadyRefunded, await Refunds.RefundAsync(_account, _run, "Once more", Token));

        Assert.Equal(new AccountBalance(available, 0, stillOwed), await _node.BalanceAsync(_account));
        var paid = (await _node.Get<LedgerQueries>().ListAsync(_account, new LedgerFilter(), null, 10, Token))[0];
        Assert.Equal((EntryType.Adjustment, $"debt:refund:{_run}", -Math.Min(5, owed)), (paid.Type, paid.Source, paid.AvailableDeltaCents));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Refund_OfManyRunsAtOnce_PaysNoMoreThanIsOwed()
    {
        var runs = new List<Guid> { _run };
        var workflow = await _node.DrawAsync(_account);
        for (var i = 0; i < 7; i++)
            runs.Add(await _node.AcceptAsync(_account, workflow));
        foreach (var run in runs)
            await _node.EndOfAsync(_account, run);
        await TakeBackAsync(60 + 23);

        await Task.WhenAll(runs.Concat(runs).Select(run => Refunds.RefundAsync(_account, run, "All of it", Token)));

        Assert.Equal(new AccountBalance(40 - 23, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    private async Task TakeBackAsync(long cents)
    {
        await using var connection = await database.Database.ConnectAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var booking = await CreditBooking.LockAsync(connection, transaction, _account, Token);
        booking!.TakeBack(EntryType.Dispute, cents, "dispute:1", "d");
        await booking.WriteAsync(Token);
        await transaction.CommitAsync(Token);
    }
}
