using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using Microsoft.Extensions.DependencyInjection;
using static AutoForge.Engine.Tests.Hosting.TestEngineRuns;

namespace AutoForge.Engine.Tests.Jobs;

/// <summary>Leases and fencing (reliability 1, 2; F4): who lost a job writes nothing, whatever it believes.</summary>
public sealed class FencingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly HeldJobs _jobs = new();
    private TestEngine _node = null!;
    private TestEngine _other = null!;
    private Guid _account;
    private string _workflow = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await NodeAsync();
        _other = await NodeAsync();
        _account = await _node.OpenAccountAsync();
        _workflow = await _node.DrawAsync(_account);
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Release();
        await _node.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Claim_LeaseOfADeadNode_IsTakenOverWithAHigherAttempt()
    {
        var (run, kept) = await KeptAsync();
        Assert.DoesNotContain(await _other.Get<JobQueue>().ClaimAsync(100, Token), lease => lease.JobId == run);

        await _node.ExpireLeasesAsync(_account);
        var taken = await _other.ClaimAsync(run);

        Assert.Equal((1, 1), (kept.Attempt, kept.Tries));
        Assert.Equal((2, 2), (taken.Attempt, taken.Tries));
        Assert.DoesNotContain(await _node.Get<JobQueue>().ClaimAsync(100, Token), lease => lease.JobId == run);
    }

    [Fact]
    public async Task Claim_ManyNodesAtOnce_GivesEachJobToOne()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => _node.AcceptAsync(_account, _workflow)));
        await _node.ExpireLeasesAsync(_account);

        var claims = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? _node : _other).Get<JobQueue>().ClaimAsync(7, Token)));
        var rest = await _node.Get<JobQueue>().ClaimAsync(100, Token);

        var claimed = claims.SelectMany(c => c).Concat(rest).Where(lease => lease.AccountId == _account).ToArray();
        Assert.Equal(runs.Order(), claimed.Select(lease => lease.JobId).Order());
    }

    [Fact]
    public async Task Renew_OwnLease_KeepsItAndTakenOnesAreNamed()
    {
        var (run, kept) = await KeptAsync();
        var (lostRun, lost) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        Assert.Equal([kept.Fence], _node.Get<JobQueue>().Renew([kept]).Keys);

        await _other.ClaimAsync(lostRun);

        Assert.Equal([kept.Fence], _node.Get<JobQueue>().Renew([kept, lost]).Keys);
        Assert.DoesNotContain(await _other.Get<JobQueue>().ClaimAsync(100, Token), lease => lease.JobId == run);
    }

    [Fact]
    public async Task Renew_OlderLeaseOfTheSameNode_IsNotExtended()
    {
        var (run, zombie) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        var current = await _node.ClaimAsync(run);

        Assert.Equal([current.Fence], _node.Get<JobQueue>().Renew([zombie, current]).Keys);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("success")]
    [InlineData("rest")]
    public async Task Write_LeaseTakenOver_LeavesNoTrace(string kind)
    {
        var (run, zombie) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        var current = await _other.ClaimAsync(run);
        var before = await EverythingAsync();

        await Assert.ThrowsAsync<LeaseLostException>(() => _node.Get<RunWriter>().WriteAsync(WriteOf(kind, zombie), Token).AsTask());

        Assert.Equal(before, await EverythingAsync());
        await _other.Get<RunWriter>().WriteAsync(Success(current), Token);
        Assert.Equal(RunStatus.Succeeded, (await _node.RunAsync(_account, run)).Status);
        Assert.Equal(new AccountBalance(995, 0), await _node.BalanceAsync(_account));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("success")]
    [InlineData("rest")]
    public async Task Write_OlderLeaseOfTheSameNodeInTheSameGroup_LeavesNoTrace(string kind)
    {
        var (run, zombie) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        var current = await _node.ClaimAsync(run);

        var (stale, fresh) = await InOneGroupAsync(WriteOf(kind, zombie), Start(current, seq: 1, node: "Workflow1:flow:fresh"));

        await Assert.ThrowsAsync<LeaseLostException>(() => stale);
        await fresh;
        Assert.Equal("Workflow1:flow:fresh", Assert.Single(await _node.JournalAsync(_account, run)).NodeId);
        Assert.Equal((RunStatus.Running, 2), await StateAsync(run));
        Assert.Equal(_node.NodeId, await OwnerAsync(run));
        Assert.Equal(5, (await _node.BalanceAsync(_account)).HeldCents);
    }

    [Fact]
    public async Task Write_LeaseLostAmongOthers_TheOthersAreStored()
    {
        var (run, zombie) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        await _other.ClaimAsync(run);
        var (ending, lease) = await KeptAsync();
        Task<bool> stale, end;
        Task<Guid> accept;
        await using (await BusyAsync())
        {
            stale = _node.Get<RunWriter>().WriteAsync(Success(zombie), Token).AsTask();
            end = _node.Get<RunWriter>().WriteAsync(Success(lease), Token).AsTask();
            accept = _node.AcceptAsync(_account, _workflow);
        }

        await Assert.ThrowsAsync<LeaseLostException>(() => stale);
        await end;
        Assert.Equal((RunStatus.Running, 1), await StateAsync(run));
        Assert.Equal(RunStatus.Succeeded, (await _node.RunAsync(_account, ending)).Status);
        Assert.Equal(RunStatus.Running, (await _node.RunAsync(_account, await accept)).Status);
        Assert.Equal(new AccountBalance(985, 10), await _node.BalanceAsync(_account));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Write_AfterTheEnd_LeavesNoTrace()
    {
        var (run, lease) = await KeptAsync();
        await _node.Get<RunWriter>().WriteAsync(Success(lease), Token);
        var before = await EverythingAsync();

        await Assert.ThrowsAsync<LeaseLostException>(() => _node.Get<RunWriter>().WriteAsync(Start(lease), Token).AsTask());
        await Assert.ThrowsAsync<LeaseLostException>(() => _node.Get<RunWriter>().WriteAsync(Success(lease), Token).AsTask());

        Assert.Equal(before, await EverythingAsync());
        Assert.Equal(RunStatus.Succeeded, (await _node.RunAsync(_account, run)).Status);
    }

    [Fact]
    public async Task Write_Rest_StartsTheTriesAgain()
    {
        var (run, _) = await KeptAsync();
        await _node.ExpireLeasesAsync(_account);
        var second = await _other.ClaimAsync(run);
        Assert.Equal(2, second.Tries);

        await _other.Get<RunWriter>().WriteAsync(Rest(second), Token);
        await _node.ExpireLeasesAsync(_account);
        var third = await _node.ClaimAsync(run);

        Assert.Equal((3, 1), (third.Attempt, third.Tries));
    }

    private Task<TestEngine> NodeAsync() => TestEngine.CreateAsync(
        database.ConnectionString, options => options.LeaseSeconds = 60, services => services.AddSingleton<IJobHandler>(_jobs));

    private async Task<(Guid Run, Lease Lease)> KeptAsync()
    {
        var run = await _node.AcceptAsync(_account, _workflow);
        Lease? lease;
        while (!_jobs.Leases.TryGetValue(run, out lease))
            await Task.Yield();
        return (run, lease);
    }

    private static RunWrite WriteOf(string kind, Lease lease) => kind switch
    {
        "start" => Start(lease),
        "success" => Success(lease),
        _ => Rest(lease),
    };

    private async Task<(Task Stale, Task Fresh)> InOneGroupAsync(RunWrite stale, RunWrite fresh)
    {
        var writer = _node.Get<RunWriter>();
        await using (await BusyAsync())
            return (writer.WriteAsync(stale, Token).AsTask(), writer.WriteAsync(fresh, Token).AsTask());
    }

    /// <summary>Occupies the writer, until disposed, with the end of another account's run: what comes now gathers in the queue.</summary>
    private async Task<IAsyncDisposable> BusyAsync()
    {
        var busy = await _node.OpenAccountAsync();
        var workflow = await _node.DrawAsync(busy);
        var run = await _node.AcceptAsync(busy, workflow);
        while (!_jobs.Leases.ContainsKey(run))
            await Task.Yield();
        var held = await database.DataSource.HoldAccountAsync(busy);
        _ = _node.Get<RunWriter>().WriteAsync(Success(_jobs.Leases[run]), Token).AsTask();
        await database.DataSource.UntilBlockedAsync(1);
        return held;
    }

    private async Task<(RunStatus, int)> StateAsync(Guid run)
    {
        var view = await _node.RunAsync(_account, run);
        return (view.Status, view.Attempts);
    }

    private Task<Guid> OwnerAsync(Guid run) => database.DataSource.ScalarAsync<Guid>("SELECT lease_owner FROM jobs WHERE id = @r", ("r", run));

    private Task<string> EverythingAsync() => database.DataSource.ScalarAsync<string>(
        """
        SELECT concat_ws(E'\n',
            (SELECT string_agg(r::text, E'\n' ORDER BY id) FROM runs AS r WHERE account_id = @a),
            (SELECT string_agg(s::text, E'\n' ORDER BY run_id, seq) FROM steps AS s WHERE account_id = @a),
            (SELECT string_agg(j::text, E'\n' ORDER BY id) FROM jobs AS j WHERE account_id = @a),
            (SELECT string_agg(e::text, E'\n' ORDER BY entry_no) FROM ledger_entries AS e WHERE account_id = @a),
            (SELECT a::text FROM accounts AS a WHERE id = @a))
        """, ("a", _account));
}
