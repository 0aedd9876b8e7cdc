using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>Everything that one walk of one run knows. None of it is stored but the steps: a later walk builds it again.</summary>
internal sealed class Walk
{
    /// <summary>How many activities one burst may start that are not in the journal yet.</summary>
    public const int StepBudget = 10_000;

    private readonly int[] _visits;
    private readonly List<StepContext> _completions = [];
    private int _started;

    public Walk(CompiledWorkflow workflow, RunInfo run, IJournal journal, WalkOptions options, AdHocExpressions expressions, CancellationToken cancellationToken)
    {
        Workflow = workflow;
        Run = run;
        Options = options;
        Expressions = expressions;
        CancellationToken = cancellationToken;
        Journal = new(journal);
        Clock = new(options.Services.Time, options.Now);
        Variables = new(workflow.Variables);
        CorrelationId = run.CorrelationId;
        _visits = new int[workflow.Activities.Count];
        Root = new(this, workflow.Root, owner: null, onCompleted: null);
        Queue.Enqueue(Root);
    }

    public CompiledWorkflow Workflow { get; }
    public RunInfo Run { get; }
    public WalkOptions Options { get; }
    public AdHocExpressions Expressions { get; }
    public CancellationToken CancellationToken { get; }
    public RunJournal Journal { get; }
    public WalkClock Clock { get; }
    public StepContext Root { get; }
    public Queue<StepContext> Queue { get; } = new();
    public ParkedSteps Parked { get; } = new();

    /// <summary>The outermost scope.</summary>
    public VariableScope Variables { get; }

    public RunFacts Facts => field ??= new(this);
    public JsonObject Output { get; } = [];
    public List<string> Lines { get; } = [];
    public List<Incident> Incidents { get; } = [];
    public List<StepPreview> Previews { get; } = [];
    public string? Name { get; private set; }
    public string? CorrelationId { get; private set; }

    /// <summary>An activity has finished the run, or it was stopped: nothing else is started.</summary>
    public bool IsOver { get; private set; }

    /// <summary>An incident ends the run; what is queued already still runs, as in Elsa, but nothing that waits goes on.</summary>
    public bool IsFaulted => Incidents.Count > 0 && (IsStopped || Workflow.IncidentStrategy == IncidentStrategy.Fault);

    /// <summary>Nothing is left to do, and nothing went wrong.</summary>
    public bool HasFinished => Incidents.Count == 0 && (IsOver || Root.Phase == StepPhase.Completed);

    private bool IsStopped { get; set; }

    public int NextVisit(CompiledActivity activity) => ++_visits[activity.Index];

    public bool TakeFromBudget() => ++_started <= Journal.StepBudget;

    public void Schedule(Activity child, StepContext owner, Func<ActivityContext, Completion, ValueTask>? onCompleted, IReadOnlyList<Variable>? locals)
    {
        if (child.Parent != owner.Activity)
            throw new InvalidOperationException($"{child.Type} '{child.Id}' is not inside {owner.Activity.Type} '{owner.Activity.Id}'.");
        if (owner.IsOver || owner.CompletedWith is not null || IsOver)
            return;

        var step = new StepContext(this, Workflow.Of(child), owner, onCompleted);
        if (locals is { Count: > 0 })
            step.Scope = new(locals);
        owner.Active.Add(step);
        Queue.Enqueue(step);
    }

    public void RequestCompletion(StepContext step, IReadOnlyList<string> outcomes)
    {
        if (step.IsOver || step.CompletedWith is not null)
            return;

        step.CompletedWith = outcomes.Count == 0 ? Outcome.OnlyDone : outcomes;
        if (step.Compiled.IsContainer)
            _completions.Add(step);
    }

    /// <summary>The next container that has asked to complete, from the inside outwards: who completes cancels what is left inside.</summary>
    public StepContext? TakeCompletion()
    {
        var innermost = _completions.MaxBy(step => step.Depth);
        if (innermost is not null)
            _completions.Remove(innermost);
        return innermost;
    }

    public void Cancel(StepContext step)
    {
        if (step.IsOver)
            return;

        step.Phase = StepPhase.Cancelled;
        step.Owner?.Active.Remove(step);
        Parked.Remove(step);
        CancelChildren(step);
        if (step.Record is { } record)
            Journal.Conclude(record, StepStatus.Cancelled, outcomes: null, fault: null, Clock.GetUtcNow());
    }

    public void CancelChildren(StepContext step)
    {
        foreach (var child in step.Active.ToArray())
            Cancel(child);
    }

    public async ValueTask SignalAsync(StepContext sender, Signal signal)
    {
        for (var ancestor = sender.Owner; ancestor is not null && !signal.Handled; ancestor = ancestor.Owner)
        {
            if (!ancestor.IsOver)
                await ((Container)ancestor.Activity).OnSignalAsync(ancestor, signal);
        }

        // The workflow itself is the outermost thing that can be completed.
        if (signal is { Handled: false, Name: "Complete" })
            RequestCompletion(Root, signal.Outcomes);
    }

    public void FinishRun()
    {
        IsOver = true;
        Queue.Clear();
        Parked.Clear();
        _completions.Clear();
    }

    /// <summary>Ends the run with an incident, whatever the strategy says.</summary>
    public void Stop(StepContext step, Fault fault)
    {
        AddIncident(step, fault);
        IsStopped = true;
        FinishRun();
    }

    public void AddIncident(StepContext step, Fault fault) =>
        Incidents.Add(new(step.Activity.Id, step.Activity.NodeId, step.Activity.Type, fault));

    public void Describe(string? name, string? correlationId)
    {
        Name = name ?? Name;
        CorrelationId = correlationId ?? CorrelationId;
    }

    public WalkResult ToResult()
    {
        var end = IsFaulted ? WalkEnd.Faulted
            : IsOver || Root.Phase == StepPhase.Completed ? WalkEnd.Finished
            : WalkEnd.Suspended;

        if (end != WalkEnd.Suspended)
            CloseSteps();

        return new()
        {
            End = end,
            Incidents = Incidents,
            NextDueAt = end == WalkEnd.Suspended ? Parked.NextDueAt : null,
            Steps = Journal.Records,
            Output = Output,
            Name = Name,
            CorrelationId = CorrelationId,
            WrittenLines = Lines,
            Variables = Variables.ByName(),
            Previews = Previews,
        };
    }

    // The history of a run that has ended has no step that still runs or waits.
    private void CloseSteps()
    {
        foreach (var record in Journal.Records)
        {
            if (record.Status is StepStatus.Running or StepStatus.Waiting)
                Journal.Close(record, Clock.GetUtcNow());
        }
    }
}
