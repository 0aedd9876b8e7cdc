using AutoForge.Engine.Jobs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>The nodes of a story and the walks that are under way on them; what nodes do, and what is done to them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const int Nodes = 3;

    private readonly StoryBook _book;
    private readonly WorkflowVersions _versions;
    private readonly SimulatedNode[] _nodes;
    private readonly List<HeldWalk> _walks = [];

    public Stage(StoryBook book)
    {
        _book = book;
        _versions = new WorkflowVersions(new WorkflowStore(book.Database.Near, SimulatedNode.Compiler), SimulatedNode.Compiler, NullLogger<WorkflowVersions>.Instance);
        _nodes = [.. Enumerable.Range(0, Nodes).Select(NewNode)];
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public SimulatedNode AnyNode => _book.Any(_nodes);

    public bool IsFar(SimulatedNode node) => node == _nodes[^1];

    /// <summary>Takes everything that is due, as a node with room does, and takes places for what has rested.</summary>
    public async Task ClaimAsync(SimulatedNode node, bool mayDie = true)
    {
        var leases = (await node.Queue.ClaimAsync(100, Token)).OrderBy(lease => _book.RunOf(lease.JobId).Index).ToList();
        _book.Say($"{node.Name} claims {string.Join(", ", leases.Select(lease => $"{_book.RunOf(lease.JobId)}#{lease.Attempt}"))}");
        foreach (var lease in leases)
        {
            // Whoever had it has lost it, or it goes on after a rest: only the journal can tell.
            if (lease.Tries > 1 || _walks.Any(walk => walk.Lease.JobId == lease.JobId))
                _book.RunOf(lease.JobId).IsDisturbed = true;
        }
        if (leases.Count > 0 && mayDie && _book.OneIn(12))
        {
            await KillAsync(node);
            return;
        }
        foreach (var lease in leases.Where(lease => lease.HasPlace))
            _walks.Add(await node.StartAsync(lease));
        if (leases.Where(lease => !lease.HasPlace).ToArray() is not { Length: > 0 } rested)
            return;
        if (mayDie && _book.OneIn(5))
            await _book.AdvanceAsync(SimulatedNode.LeaseTime * 2);
        var admitted = await node.Handler.AdmitAsync(rested, Token);
        _book.Say($"{node.Name} has places for {string.Join(", ", admitted.Select(lease => _book.RunOf(lease.JobId)))}");
        foreach (var lease in admitted)
            _walks.Add(await node.StartAsync(lease));
    }

    /// <summary>A run that its node has kept.</summary>
    public async Task KeepAsync(SimulatedNode node) => _walks.Add(await node.Jobs.NextAsync());

    /// <summary>
    /// Runs of a node that does not know whether they were accepted, with a START that was stored if they were. If they were not,
    /// the next write finds out, before anything happens.
    /// </summary>
    public async Task DoubtAsync(SimulatedNode node)
    {
        // A walk may go on that has lost its lease; the keeper has not kept that.
        while (node.Keeper.Count > _walks.Count(walk => walk.Node == node && !walk.Lease.Lost.IsCancellationRequested))
        {
            var walk = await node.Jobs.NextAsync();
            if (_book.IsPromised(walk.Lease.JobId))
            {
                _walks.Add(walk);
                continue;
            }
            await walk.GoOnAsync(isHeedful: false);
            _book.Say($"{node.Name} finds out that it was not accepted: {walk.End}");
            _book.Require(walk.End is nameof(LeaseLostException), "a run that was not accepted went on");
        }
    }

    public bool IsAtWork(StoryRun run) => _walks.Any(walk => walk.Lease.JobId == run.Id);

    /// <summary>Some walk goes on, perhaps one that has lost its run long ago; perhaps its node loses the database now.</summary>
    public async Task StepAsync()
    {
        if (_walks.Count == 0)
            return;
        var walk = _book.Any(_walks);
        if (IsDeadly(walk))
            await KillAsync(walk.Node);
        else if (IsFar(walk.Node) && walk.Place == WalkPlace.AfterEffect && _book.OneIn(5))
            await StepWithoutDatabaseAsync(walk);
        else
            await GoOnAsync(walk, isHeedful: _book.OneIn(2));
    }

    /// <summary>Whatever is under way goes on until it ends.</summary>
    public async Task FinishWalksAsync()
    {
        while (_walks.Count > 0)
        {
            var walk = _walks[0];
            if (IsDeadly(walk))
                await KillAsync(walk.Node);
            else
                await GoOnAsync(walk, isHeedful: false);
        }
    }

    /// <summary>What the keeper's threads do: leases are renewed, and what is lost is told to the walks.</summary>
    public async Task RenewAsync(SimulatedNode node)
    {
        node.Keeper.Renew();
        node.Keeper.LoseExpired();
        var lost = _walks.Where(walk => walk.Node == node && walk.Lease.Lost.IsCancellationRequested).ToList();
        foreach (var walk in lost)
        {
            _book.RunOf(walk.Lease.JobId).IsDisturbed = true;
            await walk.KnowLossAsync();
        }
        _book.Say($"{node.Name} renews its leases; lost: {string.Join(", ", lost.Select(Name))}");
    }

    /// <summary>A node dies with all that it was at, and a new one takes its place.</summary>
    public async Task KillAsync(SimulatedNode node)
    {
        _book.Say($"{node.Name} dies with {string.Join(", ", _walks.Where(walk => walk.Node == node).Select(walk => $"{Name(walk)} {walk.Place}"))}");
        foreach (var walk in _walks.Where(walk => walk.Node == node))
            _book.RunOf(walk.Lease.JobId).IsDisturbed = true;
        _walks.RemoveAll(walk => walk.Node == node);
        await node.DisposeAsync();
        var place = Array.IndexOf(_nodes, node);
        _nodes[place] = NewNode(place);
    }

    private async Task GoOnAsync(HeldWalk walk, bool isHeedful, string how = "")
    {
        var run = _book.RunOf(walk.Lease.JobId);
        var before = (run.IsDisturbed || run.IsCancelled) && await IsStaleAsync(walk) ? await _book.EverythingAsync(run) : null;
        await walk.GoOnAsync(isHeedful);
        _book.Say($"{Name(walk)} on {walk.Node.Name} goes on{how}{(before is null ? "" : ", stale")}: {walk.End ?? walk.Place.ToString()}");
        if (before is not null)
        {
            _book.Require(before == await _book.EverythingAsync(run), $"a stale write of {Name(walk)} was accepted");
            _book.StaleWrites += walk.End is nameof(LeaseLostException) ? 1 : 0;
        }
        if (walk.End is not null)
            _walks.Remove(walk);
    }

    /// <summary>
    /// The next thing that a walk does after an effect is to write. It may find nobody; its commit may not arrive; or it is done
    /// and nobody says so. With its lease over, it does not try again.
    /// </summary>
    private async Task StepWithoutDatabaseAsync(HeldWalk walk)
    {
        var run = _book.RunOf(walk.Lease.JobId);
        run.IsDisturbed = true;
        var isLate = !_book.OneIn(10);
        if (isLate)
            await _book.AdvanceAsync(SimulatedNode.LeaseTime * 2);
        var loss = _book.AnyLoss;
        _book.Database.Lose(loss);
        // A try after the lease is the last one; within it, the second one must find the database again.
        if (!isLate)
            _book.Database.Reconnect();
        await GoOnAsync(walk, isHeedful: false, $" and loses {loss}{(isLate ? " after its lease" : "")}");
        await _book.Database.RestoreAsync(loss);
    }

    /// <summary>Who gives a run up does not try its steps.</summary>
    private bool IsDeadly(HeldWalk walk) => _book.RunOf(walk.Lease.JobId).IsPoison && walk.Lease.Tries <= SimulatedNode.MaxTries;

    private async Task<bool> IsStaleAsync(HeldWalk walk) => !await _book.Database.Sql.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM jobs WHERE account_id = @a AND id = @id AND attempt = @n AND lease_owner = @node)",
        ("a", walk.Lease.AccountId), ("id", walk.Lease.JobId), ("n", walk.Lease.Attempt), ("node", walk.Node.Identity.Id));

    private string Name(HeldWalk walk) => $"{_book.RunOf(walk.Lease.JobId)}#{walk.Lease.Attempt}";

    private SimulatedNode NewNode(int place) => new(
        $"n{place}", place == Nodes - 1 ? _book.Database.Far : _book.Database.Near, _versions, _book.Time, _book.World);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
