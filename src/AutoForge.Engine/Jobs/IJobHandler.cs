namespace AutoForge.Engine.Jobs;

/// <summary>Does the work of a job. The queue knows nothing of what that is.</summary>
internal interface IJobHandler
{
    /// <summary>
    /// Returns when the job has been deleted or given back with a new due time, in the transaction that stored its result.
    /// Delivery is at least once: after a crash the job is handed out again with a higher attempt.
    /// </summary>
    /// <returns>True when the job was given back: it will be due again.</returns>
    /// <exception cref="LeaseLostException">Another node owns the job; nothing was written.</exception>
    Task<bool> HandleAsync(Lease lease, CancellationToken stopping);
}
