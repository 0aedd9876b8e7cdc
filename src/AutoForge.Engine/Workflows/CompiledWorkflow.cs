using System.Collections.Frozen;
using AutoForge.Activities;
using AutoForge.Engine.Prices;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

internal enum IncidentStrategy
{
    /// <summary>An incident ends the run once what was already queued has run.</summary>
    Fault,

    /// <summary>The other branches go on; the container of the faulted activity never completes.</summary>
    ContinueWithIncidents,
}

/// <summary>One version of a workflow, ready to run. Immutable; shared by every run of the version.</summary>
internal sealed class CompiledWorkflow
{
    private readonly FrozenDictionary<string, CompiledActivity> _byNodeId;
    private readonly FrozenDictionary<Activity, CompiledActivity> _byActivity;

    public CompiledWorkflow(IReadOnlyList<CompiledActivity> activities)
    {
        Activities = activities;
        Root = activities[0];
        _byNodeId = activities.ToFrozenDictionary(compiled => compiled.Activity.NodeId, StringComparer.Ordinal);
        _byActivity = activities.ToFrozenDictionary<CompiledActivity, Activity>(compiled => compiled.Activity, ReferenceEqualityComparer.Instance);
    }

    public required string Name { get; init; }

    /// <summary>Every activity, the root first, parents before children.</summary>
    public IReadOnlyList<CompiledActivity> Activities { get; }

    /// <summary>Where a walk begins.</summary>
    public CompiledActivity Root { get; private init; }

    /// <summary>Variables of the whole workflow.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>Names of the workflow's outputs.</summary>
    public required IReadOnlySet<string> Outputs { get; init; }

    public required IncidentStrategy IncidentStrategy { get; init; }

    /// <summary>
    /// The user's own words for "it worked": a run that finishes while this is not true has failed and is not charged.
    /// Null = finishing is enough.
    /// </summary>
    public Expression? SuccessCondition { get; init; }

    /// <summary>What is wrong with the document, seen while compiling. A run gets as far as it can; publishing refuses.</summary>
    public required IReadOnlyList<WorkflowProblem> Problems { get; init; }

    /// <summary>What a run costs.</summary>
    public required RunPrice Price { get; init; }

    /// <summary>The activities that start runs.</summary>
    public IEnumerable<CompiledActivity> Triggers =>
        Activities.Where(compiled => compiled.Activity is Trigger { CanStartWorkflow: true });

    public CompiledActivity? Find(string nodeId) => _byNodeId.GetValueOrDefault(nodeId);

    /// <summary>The same workflow, walked from one of its activities and no further than what is inside it.</summary>
    public CompiledWorkflow StartingAt(CompiledActivity root) => new(Activities)
    {
        Name = Name,
        Price = Price,
        Root = root,
        Variables = Variables,
        Outputs = Outputs,
        IncidentStrategy = IncidentStrategy,
        Problems = Problems,
    };

    /// <exception cref="InvalidOperationException">The activity belongs to another workflow.</exception>
    public CompiledActivity Of(Activity activity) =>
        _byActivity.TryGetValue(activity, out var compiled)
            ? compiled
            : throw new InvalidOperationException($"{activity.Type} '{activity.Id}' is not part of workflow '{Name}'.");
}
