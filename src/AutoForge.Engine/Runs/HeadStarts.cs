using AutoForge.Engine.Jobs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>Begins runs before they are accepted, where that is cheap and likely to be of use.</summary>
internal sealed class HeadStarts(WorkflowVersions versions, RunWalker walker, RunServices services, JobWorker worker, DatabaseClock clock)
{
    /// <summary>Bytes of input. It is read for somebody who may turn out not to pay.</summary>
    private const int MostPayload = 64 * 1024;

    /// <returns>Null: the run will be walked once it is accepted.</returns>
    public HeadStart? TryBegin(AcceptRequest request) =>
        request.SeedSteps.Count == 0 && request.Payload.Length <= MostPayload && worker.HasRoom
        // The rest of the run would go on where its caller goes on: on the thread of a window, say.
        && SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default
        && clock.Now is { } now
        && versions.Find(request.AccountId, request.WorkflowId, request.Version) is { } workflow
            ? HeadStart.Begin(request, workflow, now, walker, services)
            : null;
}
