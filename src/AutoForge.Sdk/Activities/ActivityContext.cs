using System.Text.Json.Nodes;
using AutoForge.Connections;
using AutoForge.Expressions;

namespace AutoForge.Activities;

/// <summary>One execution of one activity: its inputs, outputs and ways to end. Used by one thread at a time.</summary>
public abstract class ActivityContext
{
    /// <summary>The activity that is being executed.</summary>
    public abstract Activity Activity { get; }

    /// <summary>The container's execution that scheduled this one; null for the root.</summary>
    public abstract ActivityContext? Parent { get; }

    /// <summary>The run.</summary>
    public abstract RunInfo Run { get; }

    /// <summary>False while it is scheduled only.</summary>
    public abstract bool HasStarted { get; }

    /// <summary>Scratch data of this execution, for containers; lost when the run is resumed, and rebuilt by walking again.</summary>
    public object? State { get; set; }

    /// <summary>The number of this try, from 1. Above 1 after a retry or a crash.</summary>
    public abstract int Attempt { get; }

    /// <summary>True when nothing outside may be touched.</summary>
    public abstract bool IsDryRun { get; }

    /// <summary>
    /// A key for the receiver to recognise repeats by: the same for every try, replay and restart of this step, different for
    /// every other step and run.
    /// </summary>
    public abstract string IdempotencyKey { get; }

    /// <summary>Signalled when the run is cancelled, the lease is lost or the node shuts down. Stop quickly; the result will not be stored.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The clock of the node.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>The host's services.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Sends requests to public addresses only (and hosts that the operator allowed); does not follow redirects to others. Shared; do not dispose.</summary>
    public abstract HttpClient Http { get; }

    /// <summary>The value of an input, evaluated before execution; the default of <typeparamref name="T"/> when unset.</summary>
    public abstract T? Get<T>(Input<T>? input);

    /// <summary>Evaluates an expression that is not an input of its own, such as the condition of a case.</summary>
    public abstract ValueTask<T?> EvaluateAsync<T>(Expression expression);

    /// <summary>Evaluates an input anew, for conditions of loops.</summary>
    public abstract ValueTask<T?> ReevaluateAsync<T>(Input<T>? input);

    /// <summary>Stores an output, and the variable or workflow output that it is bound to. A null output is ignored.</summary>
    public abstract void Set<T>(Output<T>? output, T? value);

    /// <summary>The value of a variable by id, from the innermost scope outwards.</summary>
    /// <exception cref="FaultException">No scope declares it (<c>variable_not_found</c>).</exception>
    public abstract object? GetVariable(string variableId);

    /// <summary>Sets a variable by id in the nearest scope that declares it.</summary>
    /// <exception cref="FaultException">No scope declares it (<c>variable_not_found</c>).</exception>
    public abstract void SetVariable(string variableId, object? value);

    /// <summary>Declares a variable in this execution's own scope, visible to its children; replaces one of the same id.</summary>
    public abstract void Declare(Variable variable);

    /// <summary>Sets an output of the workflow.</summary>
    public abstract void SetWorkflowOutput(string name, object? value);

    /// <summary>Sets the display name or the correlation id of the run; null leaves it.</summary>
    public abstract void Describe(string? name = null, string? correlationId = null);

    /// <summary>Writes a line to the run's log, which the history shows.</summary>
    public abstract void WriteLine(string text);

    /// <summary>Completes this activity with the given outcomes; none = <c>Done</c>. Nothing it does afterwards counts.</summary>
    public abstract void Complete(params IReadOnlyList<string> outcomes);

    /// <summary>Ends this try without completing: the step completes with <c>Done</c> when the time has come, also after a restart. A past time completes at once.</summary>
    public abstract void WaitUntil(DateTimeOffset dueAt);

    /// <summary>A stored credential of the run's own account, by id or by name.</summary>
    /// <exception cref="FaultException">There is none (<c>connection_not_found</c>) or it is of another type (<c>connection_type</c>).</exception>
    public abstract ValueTask<Connection> GetConnectionAsync(string idOrName, string type);

    /// <summary>For a dry run or a history: puts masks where secrets of this step stand.</summary>
    public abstract JsonNode? Mask(JsonNode? value);

    /// <summary>Containers: puts a child at the end of the queue; <paramref name="onCompleted"/> runs when it has completed.</summary>
    /// <param name="child">One of this container's activities.</param>
    /// <param name="onCompleted">Told about the child's completion; null = <see cref="Container"/> does nothing.</param>
    /// <param name="locals">Variables that only this execution of the child and its descendants see.</param>
    public abstract void Schedule(Activity child, Func<ActivityContext, Completion, ValueTask>? onCompleted = null, IReadOnlyList<Variable>? locals = null);

    /// <summary>Containers: the executions of children that are scheduled, running or waiting.</summary>
    public abstract IReadOnlyCollection<ActivityContext> ActiveChildren { get; }

    /// <summary>Containers: whether a child has faulted and was left so (incident strategy "continue").</summary>
    public abstract bool HasFaultedChildren { get; }

    /// <summary>Containers: ends a child's execution and everything inside it, waits included.</summary>
    public abstract void Cancel(ActivityContext child);

    /// <summary>Tells the ancestors, from the innermost outwards, until one handles it.</summary>
    public abstract ValueTask SignalAsync(Signal signal);

    /// <summary>Ends the whole run as finished: queue and waits are dropped.</summary>
    public abstract void FinishRun();
}

/// <summary>That a child has completed.</summary>
/// <param name="Child">Its execution.</param>
/// <param name="Outcomes">The ways it left by.</param>
public readonly record struct Completion(ActivityContext Child, IReadOnlyList<string> Outcomes);
