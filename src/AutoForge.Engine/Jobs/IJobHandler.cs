namespace AutoForge.Engine.Jobs;

/// <summary>Does the work of a job. The queue knows nothing of what that is.</summary>
internal interface IJobHandler
{
    /// <summary>
    /// Returns when the job has been deleted or given back with a new due time, in the transaction that stored its result.
    /// Delivery is at least once: after a crash the job is handed out again with a higher attempt.
    /// </summary>
    /// <returns>True when a job may have become due by this: the same one later, or another one that got its place.</returns>
    /// <exception cref="LeaseLostException">Another node owns the job; nothing was written.</exception>
    Task<bool> HandleAsync(Lease lease, CancellationToken stopping);

    /// <summary>Takes places for jobs that were claimed without one. Jobs that are not returned have been parked, or belong to somebody else.</summary>
    Task<IReadOnlyList<Lease>> AdmitAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken);
}
