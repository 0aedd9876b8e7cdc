namespace AutoForge.Engine.Jobs;

/// <summary>How this node's worker is.</summary>
public sealed class WorkerState
{
    private readonly JobWorker _worker;

    internal WorkerState(JobWorker worker) => _worker = worker;

    /// <summary>Time since the worker last looked at the queue with success.</summary>
    public TimeSpan HeartbeatAge => _worker.HeartbeatAge;
}
