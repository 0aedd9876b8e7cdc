namespace AutoForge.Engine.Jobs;

/// <summary>This node's lease on the job has run out or was taken: drop the work, write nothing.</summary>
internal sealed class LeaseLostException(Guid jobId) : Exception($"The lease on job {jobId} is lost.")
{
    public Guid JobId { get; } = jobId;
}
