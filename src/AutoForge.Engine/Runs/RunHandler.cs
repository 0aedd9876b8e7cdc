using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Runs;

/// <summary>Walks a claimed run as far as it goes and settles it: the middle of the way of a run.</summary>
internal sealed class RunHandler(
    RunStore runs, StepStore steps, RunWriter writer, WorkflowVersions versions, RunWalker walker,
    RunServices services, IOptions<WorkerOptions> worker) : IJobHandler
{
    /// <remarks>
    /// 1. Learn the run: from memory when this node has just accepted it, else from the database, with its journal.
    /// 2. A run that keeps ending its node fails visibly instead of being tried for ever.
    /// 3. Walk it. Each START of an outside step is flushed before its effect happens.
    /// 4. Write what became of it: settled, or resting until its next due time.
    /// </remarks>
    public async Task<bool> HandleAsync(Lease lease, CancellationToken stopping)
    {
        // 1
        var run = lease.Hint is AcceptedRun accepted
            ? StoredRun.From(accepted)
            : await runs.LoadAsync(lease.AccountId, lease.JobId, stopping);
        if (run is null or { IsTerminal: true })
            throw new LeaseLostException(lease.JobId);
        var stored = run.IsFirstAttempt ? [] : await steps.LoadAsync(run.AccountId, run.RunId, stopping);
        var startedAt = run.StartedAt ?? services.Time.GetUtcNow();

        // 2
        if (lease.Tries > worker.Value.MaxTries)
        {
            await EndAsync(lease, run, startedAt, Open(stored, StepStatus.Uncertain), new RunFault(null, "gave_up",
                $"The run was started {lease.Tries - 1} times and ended neither well nor badly each time; it was given up."));
            return false;
        }

        // 3
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, stopping);
        WalkResult result;
        try
        {
            result = await WalkAsync(lease, run, stored, startedAt, stop.Token);
        }
        catch (Exception e) when (e is not (LeaseLostException or OperationCanceledException or DatabaseUnavailableException))
        {
            // The step boundary inside the walker catches what activities throw; this is a defect of ours, and a run must
            // still end visibly.
            Log.WalkThrew(services.Logger, e, run.AccountId, run.RunId);
            await EndAsync(lease, run, startedAt, Open(stored, StepStatus.Uncertain), new RunFault(null, "internal_error", "The engine failed on this run. It was not charged."));
            return false;
        }

        // 4
        var write = ToWrite(lease, run, startedAt, result);
        await WriteAsync(write);
        return !write.IsTerminal;
    }

    // Not cancelled with the node: a result that is known is worth the last moments of a shutdown.
    private async Task WriteAsync(RunWrite write)
    {
        await writer.WriteAsync(write, CancellationToken.None);
        Log.RunWritten(services.Logger, write.Lease.AccountId, write.Lease.JobId, write.Status, write.Lease.Attempt);
        if (write.Fault is { } fault)
            Log.RunFailed(services.Logger, write.Lease.AccountId, write.Lease.JobId, fault.Code, fault.ActivityId);
    }

    private async Task<WalkResult> WalkAsync(
        Lease lease, StoredRun run, IReadOnlyList<StepRecord> stored, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var workflow = await versions.GetAsync(run.AccountId, run.WorkflowId, run.Version, cancellationToken);
        var trigger = JsonNode.Parse(run.Payload)!.AsObject();
        var info = new RunInfo
        {
            RunId = run.RunId,
            OriginRunId = run.OriginRunId,
            AccountId = run.AccountId,
            WorkflowId = run.WorkflowId,
            WorkflowName = workflow.Name,
            Version = run.Version,
            TriggerActivityId = run.TriggerActivityId,
            Trigger = trigger,
            Input = trigger["input"] as JsonObject ?? [],
            CorrelationId = run.CorrelationId,
            Depth = run.Depth,
            AcceptedAt = run.AcceptedAt,
        };
        var journal = new DurableJournal(stored, (dirty, token) => writer.WriteAsync(
            new RunWrite
            {
                Lease = lease,
                Status = RunStatus.Running,
                Steps = dirty,
                PriceCents = run.PriceCents,
                StartedAt = startedAt,
            }, token));
        return await walker.WalkAsync(workflow, info, journal, new WalkOptions { Now = lease.ClaimedAt, Services = services }, cancellationToken);
    }

    /// <summary>The money rule: only a run that finished without an incident succeeded. Reaching the end is not enough.</summary>
    private static RunWrite ToWrite(Lease lease, StoredRun run, DateTimeOffset startedAt, WalkResult result)
    {
        var write = new RunWrite
        {
            Lease = lease,
            Status = RunStatus.Succeeded,
            Steps = [.. result.Steps.Where(s => s.IsDirty)],
            PriceCents = run.PriceCents,
            StartedAt = startedAt,
            Name = result.Name,
            CorrelationId = result.CorrelationId,
        };
        return result switch
        {
            { End: WalkEnd.Suspended, NextDueAt: { } due } => write with { Status = RunStatus.Waiting, DueAt = due },
            { Incidents: [var incident, ..] } =>
                Failed(write, result, new RunFault(incident.ActivityId, incident.Fault.Code, incident.Fault.Message)),
            { End: WalkEnd.Finished } => write with { Steps = [.. CloseOpen(result).Where(s => s.IsDirty)] },
            _ => Failed(write, result, new RunFault(null, "stuck",
                "The run stopped before its end: a join waits for a branch that was never taken.")),
        };
    }

    private static RunWrite Failed(RunWrite write, WalkResult result, RunFault fault) => write with
    {
        Status = RunStatus.Failed,
        Fault = fault,
        Steps = [.. CloseOpen(result).Where(s => s.IsDirty)],
    };

    /// <summary>Steps that still wait when a run ends will not go on.</summary>
    private static IReadOnlyList<StepRecord> CloseOpen(WalkResult result)
    {
        foreach (var step in result.Steps.Where(s => s.Status is StepStatus.Running or StepStatus.Waiting))
            Close(step, StepStatus.Cancelled, step.StartedAt);
        return result.Steps;
    }

    private static List<StepRecord> Open(IReadOnlyList<StepRecord> stored, StepStatus end)
    {
        var open = stored.Where(s => s.Status is StepStatus.Running or StepStatus.Waiting).ToList();
        foreach (var step in open)
            Close(step, step.Status == StepStatus.Running ? end : StepStatus.Cancelled, step.StartedAt);
        return open;
    }

    private static void Close(StepRecord step, StepStatus status, DateTimeOffset at)
    {
        step.Status = status;
        step.FinishedAt = at;
        step.IsDirty = true;
    }

    private async Task EndAsync(Lease lease, StoredRun run, DateTimeOffset startedAt, IReadOnlyList<StepRecord> steps, RunFault fault) =>
        await WriteAsync(
            new RunWrite
            {
                Lease = lease,
                Status = RunStatus.Failed,
                Steps = steps,
                PriceCents = run.PriceCents,
                StartedAt = startedAt,
                Fault = fault,
            });
}
