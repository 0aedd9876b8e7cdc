using System.Diagnostics;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Runs;

/// <summary>Walks a claimed run as far as it goes and settles it: the middle of the way of a run.</summary>
internal sealed class RunHandler(
    RunStore runs, StepStore steps, RunWriter writer, RunPlaces places, WorkflowVersions versions, RunWalker walker,
    RunServices services, IOptions<WorkerOptions> worker) : IJobHandler
{
    /// <remarks>
    /// 1. Learn the run: from memory when this node has just accepted it, else from the database.
    /// 2. A run that keeps ending its node fails visibly instead of being tried for ever. Its journal is not read for that:
    ///    it may be what cannot be read.
    /// 3. Walk it, from its journal. Each START of an outside step is flushed before its effect happens.
    /// 4. Write what became of it: settled, or resting until its next due time.
    /// </remarks>
    public async Task<bool> HandleAsync(Lease lease, CancellationToken stopping)
    {
        using var span = EngineTelemetry.Source.StartActivity(
            "run", ActivityKind.Internal, lease.Hint is AcceptedRun { Request.Trace: var trace } ? trace : default);
        span?.SetTag(EngineTelemetry.RunIdTag, lease.JobId);
        span?.SetTag(EngineTelemetry.AttemptTag, lease.Attempt);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, stopping);

        // 1
        var run = lease.Hint is AcceptedRun accepted
            ? StoredRun.From(accepted)
            : await Outage.OutlastAsync(token => runs.LoadAsync(lease.AccountId, lease.JobId, token), stop.Token);
        if (run is null or { IsTerminal: true })
            throw new LeaseLostException(lease.JobId);

        // 2
        if (lease.Tries > worker.Value.MaxTries)
        {
            return await EndAsync(lease, run, new RunFault(null, "gave_up",
                $"The run was started {lease.Tries - 1} times and ended neither well nor badly each time; it was given up."));
        }

        // 3
        if (lease.Attempt == 1)
            services.Metrics.RunStarted(lease.Hint is AcceptedRun ? SinceAcceptance(lease, run.AcceptedAt) : lease.ClaimedAt - run.AcceptedAt);
        WalkResult result;
        try
        {
            result = await WalkAsync(lease, run, stop.Token);
        }
        catch (Exception e) when (e is not LeaseLostException && !stop.IsCancellationRequested && !DatabaseErrors.IsTransient(e))
        {
            // The step boundary inside the walker catches what activities throw; this is a defect of ours, and a run must
            // still end visibly.
            Log.WalkThrew(services.Logger, e, run.AccountId, run.RunId);
            return await EndAsync(lease, run, new RunFault(null, "internal_error", "The engine failed on this run. It was not charged."));
        }

        // 4
        return await WriteAsync(ToWrite(lease, run, result));
    }

    public Task<IReadOnlyList<Lease>> AdmitAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken) =>
        places.TakeAsync(leases, cancellationToken);

    // Not cancelled with the node: a result that is known is worth the last moments of a shutdown.
    private async Task<bool> WriteAsync(RunWrite write)
    {
        var madeDue = await writer.WriteAsync(write, CancellationToken.None);
        Log.RunWritten(services.Logger, write.Lease.AccountId, write.Lease.JobId, write.Status, write.Lease.Attempt);
        if (write.IsTerminal)
            services.Metrics.RunEnded(write.Status, SinceAcceptance(write.Lease, write.AcceptedAt));
        Activity.Current?.SetTag(EngineTelemetry.OutcomeTag, write.Status.ToString());
        if (write.Fault is { } fault)
            Log.RunFailed(services.Logger, write.Lease.AccountId, write.Lease.JobId, fault.Code, fault.ActivityId);
        return madeDue || write.Status == RunStatus.Waiting;
    }

    private async Task<WalkResult> WalkAsync(Lease lease, StoredRun run, CancellationToken cancellationToken)
    {
        FlushSteps flush = async (dirty, token) => await writer.WriteAsync(
            new RunWrite
            {
                Lease = lease,
                WorkflowId = run.WorkflowId,
                Status = RunStatus.Running,
                IsStateStored = run.IsFirstAttempt,
                // The list goes on changing when the wait for this write is given up.
                Steps = [.. dirty],
                PriceCents = run.PriceCents,
                AcceptedAt = run.AcceptedAt,
                StartedAt = StartedAt(lease, run),
            }, token);
        if (lease.Hint is AcceptedRun { HeadStart: { } start } accepted)
        {
            using (start)
                return await start.GoOnAsync(accepted.IsStored, flush, cancellationToken);
        }
        var stored = run.IsFirstAttempt
            ? []
            : await Outage.OutlastAsync(token => steps.LoadAsync(run.AccountId, run.RunId, token), cancellationToken);
        var workflow = await Outage.OutlastAsync(
            token => versions.GetAsync(run.AccountId, run.WorkflowId, run.Version, token).AsTask(), cancellationToken);
        return await walker.WalkAsync(
            workflow, run.ToInfo(workflow.Name), new DurableJournal(stored, flush),
            new WalkOptions { Now = lease.ClaimedAt, Services = services }, cancellationToken);
    }

    /// <summary>The money rule: only a run that finished without an incident succeeded. Reaching the end is not enough.</summary>
    private static RunWrite ToWrite(Lease lease, StoredRun run, WalkResult result)
    {
        var write = new RunWrite
        {
            Lease = lease,
            WorkflowId = run.WorkflowId,
            Status = RunStatus.Succeeded,
            Steps = [.. result.Steps.Where(s => s.IsDirty)],
            PriceCents = run.PriceCents,
            AcceptedAt = run.AcceptedAt,
            StartedAt = StartedAt(lease, run),
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
        {
            step.Status = StepStatus.Cancelled;
            step.FinishedAt = step.StartedAt;
            step.IsDirty = true;
        }
        return result.Steps;
    }

    private async Task<bool> EndAsync(Lease lease, StoredRun run, RunFault fault) =>
        await WriteAsync(
            new RunWrite
            {
                Lease = lease,
                WorkflowId = run.WorkflowId,
                Status = RunStatus.Failed,
                Steps = [],
                ClosesOpenSteps = true,
                PriceCents = run.PriceCents,
                AcceptedAt = run.AcceptedAt,
                StartedAt = StartedAt(lease, run),
                Fault = fault,
            });

    // Of a run that this node has accepted, by its monotonic clock; else across two clocks, which may differ.
    private TimeSpan SinceAcceptance(Lease lease, DateTimeOffset acceptedAt) => lease.Hint is AcceptedRun { Request.ReceivedAt: var receivedAt }
        ? services.Time.GetElapsedTime(receivedAt)
        : services.Time.GetUtcNow() - acceptedAt;

    // The time of the claim, by the database's clock like every other time of the run.
    private static DateTimeOffset StartedAt(Lease lease, StoredRun run) => run.StartedAt ?? lease.ClaimedAt;
}
