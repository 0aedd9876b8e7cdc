using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>Walks a run through its workflow until nothing can go on.</summary>
internal sealed class RunWalker(ExpressionCompiler expressions)
{
    private readonly AdHocExpressions _expressions = new(expressions);

    /// <summary>
    /// One burst of a run, from its start or from wherever its journal says it was. Nothing of a walk is stored but its steps;
    /// a run that goes on is walked again, and steps with a recorded result take it instead of happening again.
    /// <list type="number">
    /// <item>The root is queued.</item>
    /// <item>The queue is emptied, first in, first out. What an activity schedules goes to the end of the queue.</item>
    /// <item>With the queue empty, one waiting step goes on, and the queue is emptied again (<see cref="ParkedSteps"/>).</item>
    /// <item>When no step can go on, the run has finished, or faulted, or waits. What has finished is judged by the workflow's success condition.</item>
    /// </list>
    /// </summary>
    /// <returns>What became of the run. The caller stores the steps that are dirty together with it.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled, the lease is lost or the node shuts down: what was known is stored.</exception>
    /// <exception cref="LeaseLostException">From the journal: another node owns the run now.</exception>
    public async ValueTask<WalkResult> WalkAsync(
        CompiledWorkflow workflow, RunInfo run, IJournal journal, WalkOptions options, CancellationToken cancellationToken)
    {
        // 1.
        var walk = new Walk(workflow, run, journal, options, _expressions, cancellationToken);
        try
        {
            await WalkAsync(walk);
            if (walk.HasFinished && !options.Retells)
                await JudgeAsync(walk);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not LeaseLostException)
        {
            // A RESULT that is known is kept, if the run is still ours: without it the next node would find an unsafe step
            // in the middle. What an activity throws while it is being stopped says nothing about its step.
            await walk.Journal.FlushAsync(CancellationToken.None);
            throw new OperationCanceledException("The walk was cancelled.", exception, cancellationToken);
        }

        // 4.
        return walk.ToResult();
    }

    private static async ValueTask JudgeAsync(Walk walk)
    {
        // In a dry run no step has an output that could be judged.
        if (walk.Workflow.SuccessCondition is not { } condition || walk.Options.DryRun)
            return;
        try
        {
            if (!await walk.Expressions.EvaluateAsync<bool>(condition, new StepData(walk.Root), walk.CancellationToken))
                walk.AddIncident(walk.Root, new(StepFaults.SuccessCondition, "The run finished, but its success condition does not hold."));
        }
        catch (Exception exception) when (!walk.CancellationToken.IsCancellationRequested)
        {
            // Like the step boundary: what the user wrote fails the run by its own name, not as a defect of the engine.
            walk.AddIncident(walk.Root, new(StepFaults.SuccessCondition, $"The success condition could not be evaluated: {StepFaults.Of(exception).Message}"));
        }
    }

    private static async ValueTask WalkAsync(Walk walk)
    {
        var ends = new StepEnds(walk);
        var protocol = new StepProtocol(walk, ends);

        while (!walk.IsOver)
        {
            walk.CancellationToken.ThrowIfCancellationRequested();

            if (walk.Queue.TryDequeue(out var step))
            {
                // 2.
                if (!step.IsOver)
                    await protocol.StartAsync(step);
            }
            else if (!walk.IsFaulted && walk.Parked.Next(walk.Options.Now, out var isRepeat) is { } waiting)
            {
                // 3.
                await protocol.GoOnAsync(waiting, isRepeat);
            }
            else
            {
                break;
            }

            await ends.SettleAsync();
        }
    }
}
