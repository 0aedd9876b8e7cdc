using System.Text.Json;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>A node of a compiled workflow with what the walk needs to know of it.</summary>
internal sealed class CompiledActivity(int index, Activity activity, ActivityDescriptor? descriptor)
{
    /// <summary>Position in <see cref="CompiledWorkflow.Activities"/>.</summary>
    public int Index { get; } = index;

    public Activity Activity { get; } = activity;

    /// <summary>Null for a type that this server does not have.</summary>
    public ActivityDescriptor? Descriptor { get; } = descriptor;

    public bool IsContainer { get; } = activity is Container;

    /// <inheritdoc cref="ActivityDescriptor.IsStep"/>
    public bool IsStep { get; } = descriptor?.IsStep ?? true;

    /// <inheritdoc cref="ActivityDescriptor.IsRecorded"/>
    public bool IsRecorded { get; } = descriptor?.IsRecorded ?? false;

    /// <summary>Whether a failure can leave by an outcome of its own.</summary>
    public bool DeclaresFailed { get; } = descriptor?.Outcomes.Contains(Outcome.Failed) ?? false;

    /// <summary>The inputs that are set, or have a default.</summary>
    public IReadOnlyList<CompiledInput> Inputs { get; set; } = [];

    /// <summary>All outputs, bound or not.</summary>
    public IReadOnlyList<Output> Outputs { get; set; } = [];

    /// <summary>The value of a literal input as text, JSON for lists and objects; null when unset or only known in a run.</summary>
    public string? Literal(string inputName)
    {
        var expression = Inputs.FirstOrDefault(input => input.Descriptor.Name == inputName)?.Input.Expression;
        if (expression is not { Type: ExpressionTypes.Literal or ExpressionTypes.Object, Value: { } value })
            return null;

        return value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
    }
}
