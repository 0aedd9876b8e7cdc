using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Connections;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;

namespace AutoForge.Engine.Steps;

internal enum StepPhase { Scheduled, Running, Parked, Completed, Faulted, Cancelled }

/// <summary>One execution of one activity, as the activity sees it; <see cref="RunWalker"/> drives it.</summary>
internal sealed class StepContext(
    Walk walk, CompiledActivity compiled, StepContext? owner, Func<ActivityContext, Completion, ValueTask>? onCompleted)
    : ActivityContext
{
    private readonly List<StepContext> _active = [];

    // What the walk knows --------------------------------------------------------------------------------------------

    public CompiledActivity Compiled { get; } = compiled;
    public StepContext? Owner { get; } = owner;
    public Func<ActivityContext, Completion, ValueTask>? OnCompleted { get; } = onCompleted;
    public int Depth { get; } = owner is null ? 0 : owner.Depth + 1;
    public StepPhase Phase { get; set; }

    /// <summary>How often this node has been started in this run, from 1.</summary>
    public int Visit { get; set; }

    /// <summary>Null for containers that only arrange others.</summary>
    public StepRecord? Record { get; set; }

    public StepInputs Inputs => field ??= new(this);
    public StepOutputs Outputs { get; } = new();
    public SecretMask Secrets { get; } = new();

    /// <summary>Known once the inputs are.</summary>
    public StepEffect Effect { get; set; }

    /// <summary>The activity has said that it is done, and this is how.</summary>
    public IReadOnlyList<string>? CompletedWith { get; set; }

    /// <summary>The activity has said that it waits.</summary>
    public DateTimeOffset? WaitsUntil { get; set; }

    public VariableScope? Scope { get; set; }
    public List<StepContext> Active => _active;
    public bool IsOver => Phase is StepPhase.Completed or StepPhase.Faulted or StepPhase.Cancelled;
    public Walk Walk => walk;

    // What the activity may ask --------------------------------------------------------------------------------------

    public override Activity Activity => Compiled.Activity;
    public override ActivityContext? Parent => Owner;
    public override RunInfo Run => walk.Run;
    public override bool HasStarted => Phase != StepPhase.Scheduled;
    public override int Attempt => Record?.Attempt ?? 1;
    public override bool IsDryRun => walk.Options.DryRun;
    public override string IdempotencyKey => Steps.IdempotencyKey.For(Run.OriginRunId, Activity.NodeId, Visit);
    public override CancellationToken CancellationToken => walk.CancellationToken;
    public override TimeProvider Time => walk.Clock;
    public override IServiceProvider Services => walk.Options.Services.Services;
    public override HttpClient Http => walk.Options.Services.Http;

    public override T? Get<T>(Input<T>? input) where T : default => Inputs.Get(input);

    public override ValueTask<T?> ReevaluateAsync<T>(Input<T>? input) where T : default => Inputs.ReevaluateAsync(input);

    public override ValueTask<T?> EvaluateAsync<T>(Expression expression) where T : default =>
        walk.Expressions.EvaluateAsync<T>(expression, Inputs.Data, CancellationToken);

    public override void Set<T>(Output<T>? output, T? value) where T : default
    {
        if (output is null)
            return;

        Outputs.Set(output, value);
        // A recorded step binds its outputs when its result is final, from what is stored: on a later walk there is
        // nothing else to bind them from.
        if (!Compiled.IsRecorded)
            Bind(output, StepValue.Of(value));
    }

    /// <summary>Puts a value where an output points to.</summary>
    public void Bind(Output output, object? value)
    {
        if (output.Target is not { } target || TrySetVariable(target, value))
            return;
        if (walk.Workflow.Outputs.Contains(target))
            walk.Output[target] = StepValue.ToNode(value);
    }

    public override object? GetVariable(string variableId) => TryGetVariable(variableId, out var value) ? value : throw NoVariable(variableId);

    public override void SetVariable(string variableId, object? value)
    {
        DemandRepeatable();
        if (!TrySetVariable(variableId, value))
            throw NoVariable(variableId);
    }

    public override void Declare(Variable variable)
    {
        Scope ??= new([]);
        Scope.Declare(variable);
    }

    public override void SetWorkflowOutput(string name, object? value)
    {
        DemandRepeatable();
        walk.Output[name] = StepValue.ToNode(value);
    }

    public override void Describe(string? name = null, string? correlationId = null)
    {
        DemandRepeatable();
        walk.Describe(name, correlationId);
    }

    public override void WriteLine(string text) => walk.Lines.Add(Secrets.Apply(text));

    public override void Complete(params IReadOnlyList<string> outcomes) => walk.RequestCompletion(this, outcomes);

    public override void WaitUntil(DateTimeOffset dueAt) => WaitsUntil = dueAt;

    public override async ValueTask<Connection> GetConnectionAsync(string idOrName, string type)
    {
        var connection = await walk.Options.Services.OpenConnection(Run.AccountId, idOrName, type, CancellationToken);
        Secrets.Add(connection.Secrets.Values);
        // As it goes over the wire with HTTP's Basic scheme.
        if (connection.Setting("username") is { } user)
            Secrets.Add(connection.Secrets.Values.Select(secret => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}"))));
        return connection;
    }

    public override JsonNode? Mask(JsonNode? value) => Secrets.Apply(value);

    public override void Schedule(Activity child, Func<ActivityContext, Completion, ValueTask>? onCompleted = null, IReadOnlyList<Variable>? locals = null) =>
        walk.Schedule(child, this, onCompleted, locals);

    public override IReadOnlyCollection<ActivityContext> ActiveChildren => _active;
    public override bool HasFaultedChildren => HasFaulted;
    public bool HasFaulted { get; set; }

    public override void Cancel(ActivityContext child) => walk.Cancel((StepContext)child);

    public override ValueTask SignalAsync(Signal signal) => walk.SignalAsync(this, signal);

    public override void FinishRun() => walk.FinishRun();

    public bool TryGetVariable(string id, out object? value)
    {
        for (var context = this; context is not null; context = context.Owner)
        {
            if (context.Scope is { } scope && scope.TryGet(id, out value))
                return true;
        }

        return walk.Variables.TryGet(id, out value);
    }

    private bool TrySetVariable(string id, object? value)
    {
        for (var context = this; context is not null; context = context.Owner)
        {
            if (context.Scope is { } scope && scope.TrySet(id, value))
                return true;
        }

        return walk.Variables.TrySet(id, value);
    }

    // A recorded step is not executed when the run is walked again, so what it did to the run would be lost then.
    private void DemandRepeatable()
    {
        if (Compiled.IsRecorded)
            throw new InvalidOperationException("An activity with an effect, or whose result is recorded, changes the run through its outputs only.");
    }

    private static FaultException NoVariable(string id) => new("variable_not_found", $"Variable '{id}' not found.");
}
