using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>How steps end: what is recorded, and who is told.</summary>
internal sealed class StepEnds(Walk walk)
{
    /// <summary>The activity is done: its RESULT is recorded, and its container told.</summary>
    public async ValueTask CompleteAsync(StepContext step, IReadOnlyList<string> outcomes)
    {
        if (Publish(step, fault: null) is { } misfit)
        {
            await FailAsync(step, misfit);
            return;
        }

        Conclude(step, StepStatus.Completed, outcomes, fault: null);
        await LeaveAsync(step, outcomes);
    }

    /// <summary>The activity has failed, for good.</summary>
    public async ValueTask FailAsync(StepContext step, Fault fault, StepStatus status = StepStatus.Failed)
    {
        fault = fault with { Message = step.Secrets.Apply(fault.Message) };
        Publish(step, fault);

        var isCaught = status == StepStatus.Failed && IsCaught(step);
        Conclude(step, status, isCaught ? Outcome.OnlyFailed : null, fault);
        await FailedAsync(step, fault, isCaught);
    }

    /// <summary>What an earlier walk recorded happens again, without the activity.</summary>
    public async ValueTask ApplyAsync(StepContext step)
    {
        var record = step.Record!;
        Publish(step, record.Fault);
        if (record.Status == StepStatus.Completed)
            await LeaveAsync(step, record.Outcomes ?? Outcome.OnlyDone);
        else
            await FailedAsync(step, record.Fault ?? StepFaults.InTheMiddle, isCaught: record.Status == StepStatus.Failed && IsCaught(step));
    }

    /// <summary>Containers that have asked to complete do so, each before what it leads to.</summary>
    public async ValueTask SettleAsync()
    {
        while (walk.TakeCompletion() is { } step)
        {
            if (!step.IsOver)
                await CompleteAsync(step, step.CompletedWith!);
        }
    }

    public Fault FaultOf(StepContext step, Exception exception)
    {
        if (exception is not FaultException)
            RunWalkerLog.StepThrew(walk.Options.Services.Logger, step.Activity.NodeId, walk.Run.RunId, exception.GetType().Name, exception);
        return StepFaults.Of(exception);
    }

    private async ValueTask FailedAsync(StepContext step, Fault fault, bool isCaught)
    {
        if (isCaught)
        {
            await LeaveAsync(step, Outcome.OnlyFailed);
            return;
        }

        step.Phase = StepPhase.Faulted;
        if (step.Owner is { } owner)
        {
            owner.Active.Remove(step);
            owner.HasFaulted = true;
        }

        walk.AddIncident(step, fault);
    }

    private async ValueTask LeaveAsync(StepContext step, IReadOnlyList<string> outcomes)
    {
        step.Phase = StepPhase.Completed;
        walk.CancelChildren(step);
        if (step.Owner is not { } owner)
            return;

        owner.Active.Remove(step);
        if (step.OnCompleted is null || owner.IsOver || owner.CompletedWith is not null || walk.IsOver)
            return;

        try
        {
            await step.OnCompleted(owner, new(step, outcomes));
        }
        catch (Exception exception) when (!walk.CancellationToken.IsCancellationRequested)
        {
            // The step boundary: a container that cannot go on is a failed step, not a failed node.
            await FailAsync(owner, FaultOf(owner, exception));
        }
    }

    private static bool IsCaught(StepContext step) =>
        step.Compiled.DeclaresFailed && step.Owner?.Activity is Container container && container.Follows(step.Activity, Outcome.Failed);

    // Makes the outputs visible to later steps. Returns why that cannot be.
    private Fault? Publish(StepContext step, Fault? fault)
    {
        if (step.Record is not { } record)
            return null;

        var isRecorded = step.Compiled.IsRecorded;
        JsonObject? outputs;
        try
        {
            outputs = step.Outputs.ToJson(step.Secrets, asStored: isRecorded);
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException or JsonException)
        {
            // What an activity gives may be no JSON: a cycle, text that is none. It is the step that failed, not the engine.
            step.Outputs.Clear();
            return new(StepFaults.ActivityError, $"The step's result cannot be stored: {exception.Message}");
        }

        if (isRecorded)
        {
            // The START was stored before any secret was opened.
            record.Input = (JsonObject?)step.Secrets.Apply(record.Input);
            outputs = record.Output = outputs ?? record.Output;
            if (Bind(step, outputs) is { } misfit && fault is null)
                return misfit;
        }
        else if (outputs is not null)
        {
            record.Output = StepHistory.Cut(outputs);
        }

        walk.Facts.Add(step.Activity, outputs, fault);
        return null;
    }

    private static Fault? Bind(StepContext step, JsonObject? outputs)
    {
        try
        {
            foreach (var output in step.Compiled.Outputs)
            {
                if (output.Target is not null && outputs?.ContainsKey(output.Name) == true)
                    step.Bind(output, StepValue.Of(outputs[output.Name]));
            }

            return null;
        }
        catch (FaultException misfit)
        {
            return misfit.Fault;
        }
    }

    private void Conclude(StepContext step, StepStatus status, IReadOnlyList<string>? outcomes, Fault? fault)
    {
        if (step.Record is { } record)
            walk.Journal.Conclude(record, status, outcomes, fault, walk.Clock.GetUtcNow());
    }
}
