using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>The database goes away while runs are under way: results are kept until the lease is over (reliability 17).</summary>
public sealed class OutageTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private HttpTarget _target = null!;
    private DatabaseProxy _proxy = null!;
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _proxy = new DatabaseProxy(database.ConnectionString);
        _node = await TestEngine.CreateAsync(_proxy.ConnectionString, options => options.LeaseSeconds = 30);
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Restore();
        await _node.DisposeAsync();
        await _proxy.DisposeAsync();
        await _target.DisposeAsync();
    }

    /// <summary>Both steps are unsafe: a result that was lost would be an uncertain run.</summary>
    [Theory]
    [InlineData("first")]
    [InlineData("last")]
    public async Task Result_DatabaseAwayForAWhile_IsStoredWhenItIsBack(string outageAt)
    {
        var gate = new Gate(_target, "/" + outageAt);
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account,
            Hosting.Steps.Request("first", "POST", _target.Url("/first")), Hosting.Steps.Request("last", "POST", _target.Url("/last"))));
        await gate.ArrivedAsync();

        _proxy.Cut();
        gate.Open();
        await FailedWriteAsync();
        _proxy.Restore();
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, 1), (end.Status, end.Attempts));
        Assert.Equal(["/first", "/last"], _target.Requests.Select(r => r.Path));
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Settle_AnswerOfTheCommitLost_IsChargedOnce()
    {
        var gate = new Gate(_target, "/settle");
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account, Hosting.Steps.Request("post", "POST", _target.Url("/settle"))));
        await gate.ArrivedAsync();

        _proxy.LoseNextCommitAnswer();
        gate.Open();
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal((RunStatus.Succeeded, 1), (end.Status, end.Attempts));
        Assert.Single(_target.Requests);
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Start_AnswerOfTheCommitLost_TheEffectHappensOnce()
    {
        var gate = new Gate(_target, "/before");
        var run = await _node.AcceptAsync(_account, await _node.DrawAsync(_account,
            Hosting.Steps.Request("before", "POST", _target.Url("/before")), Hosting.Steps.Request("after", "POST", _target.Url("/after"))));
        await gate.ArrivedAsync();

        _proxy.LoseNextCommitAnswer();
        gate.Open();
        var end = await _node.EndOfAsync(_account, run);

        Assert.Equal(RunStatus.Succeeded, end.Status);
        Assert.Equal(["/before", "/after"], _target.Requests.Select(r => r.Path));
        Assert.All(await _node.JournalAsync(_account, run), step => Assert.Equal((StepStatus.Completed, 1), (step.Status, step.Attempt)));
    }

    // Cutting breaks the connections at once; the write fails at least once when a new one is refused.
    private async Task FailedWriteAsync()
    {
        for (var refused = 0; refused < 3;)
        {
            try
            {
                await using var connection = await _node.Get<Database>().ConnectAsync(Token);
                await Task.Delay(10, Token);
            }
            catch (DatabaseUnavailableException)
            {
                refused++;
                await Task.Delay(Outage.Pause, Token);
            }
        }
    }
}
