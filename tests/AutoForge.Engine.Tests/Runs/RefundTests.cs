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
}
