using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Connections;
using AutoForge.Engine.Connections;
using AutoForge.Expressions;

namespace AutoForge.Testing;

/// <summary>
/// Executes one action outside of a run: literal inputs and their defaults, the real guarded way out, connections by name.
/// </summary>
public sealed class TestActivityContext : ActivityContext, IServiceProvider, IDisposable
{
    private readonly GuardedEgress _egress;
    private readonly Dictionary<string, object?> _outputs = [];
    private readonly Dictionary<string, Connection> _connections = [];

    /// <param name="activity">What is executed; unset inputs with a default get it, as when a workflow is compiled.</param>
    /// <param name="allowedHosts">As in the setting <c>AutoForge:Egress:AllowedHosts</c>; null = <c>localhost</c>.</param>
    /// <param name="time">null = the system's clock.</param>
    public TestActivityContext(Activity activity, IEnumerable<string>? allowedHosts = null, TimeProvider? time = null)
    {
        Activity = activity;
        Time = time ?? TimeProvider.System;
        _egress = new GuardedEgress(new EgressOptions { AllowedHosts = [.. allowedHosts ?? ["localhost"]] }, Time);
        foreach (var property in activity.GetType().GetProperties())
        {
            if (property.PropertyType.IsAssignableTo(typeof(Output)) && property.GetValue(activity) is null)
                property.SetValue(activity, Activator.CreateInstance(property.PropertyType));
            if (property.GetValue(activity) is Output output)
                output.Name = property.GetCustomAttribute<OutputAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (property.PropertyType.IsAssignableTo(typeof(Input)) && property.GetValue(activity) is null
                && property.GetCustomAttribute<InputAttribute>()?.Default is { } text)
            {
                var input = Activator.CreateInstance(property.PropertyType)!;
                typeof(Input).GetProperty(nameof(Input.Expression))!.SetValue(input, Expression.Literal(text));
                property.SetValue(activity, input);
            }
        }
    }

    public override Activity Activity { get; }
    public override bool HasStarted => true;

    public override ActivityContext? Parent => null;
    public override RunInfo Run { get; } = new()
    {
        RunId = new Guid("0191d3a0-0000-7000-8000-000000000001"),
        OriginRunId = new Guid("0191d3a0-0000-7000-8000-000000000001"),
        AccountId = new Guid("0191d3a0-0000-7000-8000-0000000000aa"),
        WorkflowId = "w1",
        WorkflowName = "Test",
        Version = 1,
        Trigger = [],
        Input = [],
        Depth = 2,
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };
    public override int Attempt => 1;
    public override bool IsDryRun => false;
    public override string IdempotencyKey => "key-of-this-step";
    public CancellationTokenSource Cancellation { get; } = new();
    public override CancellationToken CancellationToken => Cancellation.Token;
    public override TimeProvider Time { get; }
    public override IServiceProvider Services => this;
    public override HttpClient Http => _egress.Http;

    public Egress Egress => _egress;

    /// <summary>What <see cref="Complete"/> was called with.</summary>
    public IReadOnlyList<string> Outcomes { get; private set; } = [];

    public object? GetService(Type serviceType) => serviceType == typeof(Egress) ? _egress : null;

    public TestActivityContext With(Connection connection)
    {
        _connections[connection.Name] = connection;
        return this;
    }

    public ValueTask ExecuteAsync() => Activity.ExecuteAsync(this);

    /// <summary>Executes what must fail.</summary>
    public async Task<Fault> FaultAsync()
    {
        try
        {
            await ExecuteAsync();
        }
        catch (FaultException e)
        {
            return e.Fault;
        }
        throw new InvalidOperationException("The activity did not fail.");
    }

    /// <summary>The value of an output by camelCase name.</summary>
    public object? Output(string name) => _outputs.GetValueOrDefault(name);

    public override T? Get<T>(Input<T>? input) where T : default => input?.Expression is { } expression ? Convert<T>(expression.Value) : default;

    public override ValueTask<T?> EvaluateAsync<T>(Expression expression) where T : default => ValueTask.FromResult(Convert<T>(expression.Value));

    public override ValueTask<T?> ReevaluateAsync<T>(Input<T>? input) where T : default => ValueTask.FromResult(Get(input));

    public override void Set<T>(Output<T>? output, T? value) where T : default
    {
        if (output is not null)
            _outputs[output.Name] = value;
    }

    public override ValueTask<Connection> GetConnectionAsync(string idOrName, string type) =>
        !_connections.TryGetValue(idOrName, out var connection) ? throw new FaultException("connection_not_found", $"There is no connection {idOrName}.")
        : connection.Type != type ? throw new FaultException("connection_type", $"The connection {idOrName} is not of type {type}.")
        : ValueTask.FromResult(connection);

    public override JsonNode? Mask(JsonNode? value)
    {
        var text = value?.ToJsonString();
        foreach (var secret in _connections.Values.SelectMany(connection => connection.Secrets.Values))
            text = text?.Replace(secret, "***", StringComparison.Ordinal);
        return text is null ? null : JsonNode.Parse(text);
    }

    public override void Complete(params IReadOnlyList<string> outcomes) => Outcomes = outcomes;

    public override object? GetVariable(string variableId) => throw NotAnAction();
    public override void SetVariable(string variableId, object? value) => throw NotAnAction();
    public override void Declare(Variable variable) => throw NotAnAction();
    public override void SetWorkflowOutput(string name, object? value) => throw NotAnAction();
    public override void Describe(string? name = null, string? correlationId = null) => throw NotAnAction();
    public override void WriteLine(string text) => throw NotAnAction();
    public override void WaitUntil(DateTimeOffset dueAt) => throw NotAnAction();
    public override void Schedule(Activity child, Func<ActivityContext, Completion, ValueTask>? onCompleted = null, IReadOnlyList<Variable>? locals = null) => throw NotAnAction();
    public override IReadOnlyCollection<ActivityContext> ActiveChildren => [];
    public override bool HasFaultedChildren => false;
    public override void Cancel(ActivityContext child) => throw NotAnAction();
    public override ValueTask SignalAsync(Signal signal) => throw NotAnAction();
    public override void FinishRun() => throw NotAnAction();

    public void Dispose()
    {
        _egress.Dispose();
        Cancellation.Dispose();
    }

    private static NotSupportedException NotAnAction() => new("Only actions are executed here.");

    // Scalars become CLR values, structured values stay JSON, as the engine does it.
    private static T? Convert<T>(JsonNode? value)
    {
        if (value is null)
            return default;
        if (typeof(T) == typeof(object))
            return (T)(value is not JsonValue scalar ? value
                : scalar.GetValueKind() switch
                {
                    JsonValueKind.String => scalar.GetValue<string>(),
                    JsonValueKind.True or JsonValueKind.False => scalar.GetValue<bool>(),
                    _ => (object)scalar.Deserialize<double>(),
                });
        if (value is T node)
            return node;
        var text = value.ToString();
        return typeof(T) == typeof(string)
            ? (T)(object)text
            : (T?)TypeDescriptor.GetConverter(typeof(T)).ConvertFromString(null, CultureInfo.InvariantCulture, text);
    }
}
