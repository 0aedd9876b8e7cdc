using System.Collections.Concurrent;
using AutoForge.Engine.Jobs;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>Takes jobs and does nothing with them until it is told to: the test plays the node.</summary>
internal sealed class HeldJobs : IJobHandler
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Guid, Lease> _leases = [];

    /// <summary>What was started, by job.</summary>
    public IReadOnlyDictionary<Guid, Lease> Leases => _leases;

    public async Task<bool> HandleAsync(Lease lease, CancellationToken stopping)
    {
        _leases[lease.JobId] = lease;
        await _release.Task.WaitAsync(stopping);
        return false;
    }

    /// <summary>As if every account had places for all.</summary>
    public Task<IReadOnlyList<Lease>> AdmitAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken) => Task.FromResult(leases);

    public void Release() => _release.TrySetResult();
}
