using System.Diagnostics;
using AutoForge.Activities;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>
/// What happens to a step between its place in the queue and its end, so that an effect outside happens as often as its
/// <see cref="StepEffect"/> allows, whenever the node dies.
/// </summary>
/// <remarks>
/// A step without effect is simply executed, in every walk. A recorded step goes through four commit points:
/// <list type="number">
/// <item>START is flushed. Crash before: there is no record, the step starts afresh.</item>
/// <item>The effect happens. Crash from here to 4: the record says Running. Safe: tried again. Unsafe: uncertain.</item>
/// <item>RESULT is in memory.</item>
/// <item>RESULT is flushed, with the START of the next effect or with the run's end. Crash after: the RESULT is applied.</item>
/// </list>
/// </remarks>
internal sealed class StepProtocol(Walk walk, StepEnds ends)
{
    public async ValueTask StartAsync(StepContext step)
    {
        var compiled = step.Compiled;
        step.Phase = StepPhase.Running;
        step.Visit = walk.NextVisit(compiled);

        var stored = walk.Journal.Find(step.Activity.NodeId, step.Visit);
        if (stored is null && compiled.IsStep && walk.Options.Retells)
            return;
        if (stored is null && !walk.TakeFromBudget())
        {
            walk.Stop(step, new(StepFaults.StepBudget, $"The run was stopped after {Walk.StepBudget} steps: does a loop never end?"));
            return;
        }

        if (compiled.IsStep)
            step.Record = stored ?? walk.Journal.Add(step.Activity, step.Visit, walk.Clock.GetUtcNow());
        foreach (var variable in (step.Activity as Container)?.Variables ?? [])
            step.Declare(variable);

        if (stored is not null && compiled.IsRecorded)
            await ReplayAsync(step, stored);
        else if (await PrepareAsync(step) is { } fault)
            await ends.FailAsync(step, fault);
        else
            await FirstTryAsync(step);
    }

    /// <summary>A parked step's turn has come.</summary>
    public async ValueTask GoOnAsync(StepContext step, bool isRepeat)
    {
        var record = step.Record!;
        step.Phase = StepPhase.Running;
        if (!isRepeat)
            walk.Journal.GoOn(record);

        if (isRepeat && step.Compiled.IsRecorded)
        {
            if (record.Status == StepStatus.Running)
                await RepeatAsync(step);
            else
                await ends.ApplyAsync(step);
        }
        else if (isRepeat || record.Fault is null)
        {
            await ends.CompleteAsync(step, Outcome.OnlyDone);
        }
        else
        {
            await TryAgainAsync(step);
        }
    }

    private async ValueTask ReplayAsync(StepContext step, StepRecord stored)
    {
        switch (stored.Status)
        {
            // Inputs are evaluated here, where the step was first reached: variables may change while it waits.
            case StepStatus.Waiting or StepStatus.Cancelled:
                if (await PrepareAsync(step) is { } fault)
                    await ends.FailAsync(step, fault);
                else
                    ParkAgain(step, stored);
                break;

            case StepStatus.Running:
                if (await PrepareAsync(step) is not null)
                    await ends.FailAsync(step, StepFaults.InTheMiddle, StepStatus.Uncertain);
                else if (stored.Wave > 0)
                    walk.Parked.ParkForWave(step, stored.Wave);
                else
                    await RepeatAsync(step);
                break;

            case StepStatus.Completed or StepStatus.Failed or StepStatus.Uncertain when stored.Wave > 0:
                walk.Parked.ParkForWave(step, stored.Wave);
                break;

            default:
                await ends.ApplyAsync(step);
                break;
        }
    }

    // START without RESULT.
    private ValueTask RepeatAsync(StepContext step) => step.Effect switch
    {
        _ when walk.Options.Retells => ValueTask.CompletedTask,
        StepEffect.Unsafe => ends.FailAsync(step, StepFaults.InTheMiddle, StepStatus.Uncertain),
        _ => TryAgainAsync(step),
    };

    private async ValueTask<Fault?> PrepareAsync(StepContext step)
    {
        try
        {
            await step.Inputs.EvaluateAsync();
            step.Effect = step.Activity.EffectOf(step);
            return null;
        }
        catch (Exception exception) when (!walk.CancellationToken.IsCancellationRequested)
        {
            return ends.FaultOf(step, exception);
        }
    }

    private async ValueTask FirstTryAsync(StepContext step)
    {
        if (step.Record is { } record)
            record.Input ??= step.Inputs.ToHistory();

        if (step.Effect == StepEffect.None)
        {
            await TryAsync(step);
        }
        else if (walk.Options.DryRun)
        {
            await PreviewAsync(step);
        }
        else
        {
            await walk.Journal.FlushAsync(walk.CancellationToken);
            await TryAsync(step);
        }
    }

    private async ValueTask TryAgainAsync(StepContext step)
    {
        var record = step.Record!;
        walk.Journal.Try(record, record.Attempt + 1);
        if (step.Effect != StepEffect.None)
            await walk.Journal.FlushAsync(walk.CancellationToken);
        await TryAsync(step);
    }

    private async ValueTask TryAsync(StepContext step)
    {
        step.Outputs.Clear();
        step.WaitsUntil = null;
        if (await ExecuteAsync(step) is { } fault)
        {
            await RetryOrFailAsync(step, fault);
            return;
        }

        // A container completes when it says so; a leaf may have been cancelled by its own signal.
        if (step.Compiled.IsContainer || step.IsOver)
            return;
        if (step.CompletedWith is null && step.WaitsUntil is { } dueAt && TryWait(step, dueAt))
            return;
        await ends.CompleteAsync(step, step.CompletedWith ?? Outcome.OnlyDone);
    }

    private async ValueTask<Fault?> ExecuteAsync(StepContext step)
    {
        using var span = step.Compiled.IsContainer ? null : EngineTelemetry.Source.StartActivity("step");
        span?.SetTag(EngineTelemetry.ActivityTypeTag, step.Activity.Type);
        span?.SetTag(EngineTelemetry.AttemptTag, step.Record?.Attempt);
        try
        {
            await step.Activity.ExecuteAsync(step);
            return null;
        }
        catch (Exception exception) when (!walk.CancellationToken.IsCancellationRequested)
        {
            // The step boundary: whatever an activity throws fails its step, not the node.
            var fault = ends.FaultOf(step, exception);
            span?.SetStatus(ActivityStatusCode.Error);
            span?.SetTag(EngineTelemetry.FaultTag, fault.Code);
            return fault;
        }
    }

    private async ValueTask PreviewAsync(StepContext step)
    {
        try
        {
            walk.Previews.Add(new(step.Activity.Id, step.Activity.Type, step.Mask(await step.Activity.PreviewAsync(step))));
        }
        catch (Exception exception) when (!walk.CancellationToken.IsCancellationRequested)
        {
            await ends.FailAsync(step, ends.FaultOf(step, exception));
            return;
        }

        await ends.CompleteAsync(step, Outcome.OnlyDone);
    }

    // False: the time has come, or had come when the step was first reached.
    private bool TryWait(StepContext step, DateTimeOffset dueAt)
    {
        if (step.Record is not { } record)
            throw new InvalidOperationException($"{step.Activity.Type} leaves no step in the history and cannot wait.");

        switch (record.Status)
        {
            case StepStatus.Completed when record.Wave > 0:
                walk.Parked.ParkForWave(step, record.Wave);
                return true;

            case StepStatus.Completed:
                return false;

            // The time stays as it was first reckoned.
            case StepStatus.Waiting or StepStatus.Cancelled:
                ParkAgain(step, record);
                return true;
        }

        if (walk.Options.DryRun || dueAt <= walk.Clock.GetUtcNow())
            return false;

        if (step.Compiled.IsRecorded)
            record.Output = step.Outputs.ToJson(step.Secrets, asStored: true);
        walk.Journal.Wait(record, dueAt, fault: null);
        walk.Parked.Park(step, dueAt);
        return true;
    }

    // A step that was cancelled on the canvas is never due: what cancelled it will happen again. One that was waiting when its
    // run ended still has its time, and waits on when the run is replayed.
    private void ParkAgain(StepContext step, StepRecord record)
    {
        if (record is { Status: StepStatus.Cancelled, ResumeAt: { } resumeAt })
            walk.Journal.Wait(record, resumeAt, record.Fault);
        walk.Parked.Park(step, record.ResumeAt);
    }

    // Trying a step without effect again gives the same again: it depends on its inputs alone.
    private async ValueTask RetryOrFailAsync(StepContext step, Fault fault)
    {
        var retries = fault.Retryable && step.Compiled.IsRecorded && !walk.Options.DryRun ? step.Activity.RetriesOf(step) : 0;
        if (step.Record is not { } record || record.Attempt > retries)
        {
            await ends.FailAsync(step, fault);
            return;
        }

        var delay = RetryBackoff.Delay(record.Attempt, fault.RetryAfter, walk.Options.Services.Jitter());
        walk.Options.Services.Metrics.StepRetried();
        walk.Journal.Wait(record, walk.Clock.GetUtcNow() + delay, fault with { Message = step.Secrets.Apply(fault.Message) });
        walk.Parked.Park(step, record.ResumeAt);
    }
}
