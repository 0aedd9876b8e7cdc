using AutoForge.Expressions;

namespace AutoForge.Activities;

/// <summary>A field of an activity whose value comes from an expression, evaluated before each execution.</summary>
public abstract class Input
{
    /// <summary>The expression as it stands in the workflow document; null when the field is unset.</summary>
    public Expression? Expression { get; init; }

    /// <summary>Position among the activity's inputs; set by the engine when the workflow is compiled.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The type that values are converted to.</summary>
    public abstract Type ValueType { get; }
}

/// <inheritdoc cref="Input"/>
/// <typeparam name="T">Target type; values are converted to it (<c>"1"</c> to 1, <c>"00:00:05"</c> to five seconds).</typeparam>
public sealed class Input<T> : Input
{
    /// <inheritdoc/>
    public override Type ValueType => typeof(T);

    /// <summary>An input with a fixed value, for workflows that are built in code.</summary>
    public static implicit operator Input<T>(T value) => new() { Expression = Expression.Literal(value) };

    /// <summary>An input from an expression, for workflows that are built in code.</summary>
    public static implicit operator Input<T>(Expression expression) => new() { Expression = expression };
}
