using System.Threading.Channels;
using AutoForge.Engine.Jobs;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Takes what the real worker starts, and hands it to the story.</summary>
internal sealed class SteppedJobs(SimulatedNode node) : IJobHandler
{
    private readonly Channel<HeldWalk> _started = Channel.CreateUnbounded<HeldWalk>();

    public Task<bool> HandleAsync(Lease lease, CancellationToken stopping)
    {
        var walk = new HeldWalk(node, lease);
        _started.Writer.TryWrite(walk);
        return walk.Job;
    }

    public Task<IReadOnlyList<Lease>> AdmitAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken) =>
        node.Handler.AdmitAsync(leases, cancellationToken);

    /// <summary>The walk that the worker has just started, or is about to.</summary>
    public ValueTask<HeldWalk> NextAsync() => _started.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
