using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Expressions;

/// <summary>One language of expressions. Compiled once per published version, evaluated once per step.</summary>
internal abstract class ExpressionEvaluator
{
    /// <summary>The name in the document, case-sensitive.</summary>
    public abstract string Type { get; }

    /// <exception cref="AutoForgeException">The text is not valid in this language; the message says where.</exception>
    public abstract CompiledExpression Compile(JsonNode? value, Type targetType, TextEncoding encoding);
}

/// <summary>Ready to be evaluated by many runs at once. The result is already of the target type, or null.</summary>
internal abstract class CompiledExpression
{
    public abstract ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken);
}

/// <summary>
/// What an expression can see. Scalars are CLR values (string, bool, int, long, double, decimal, DateTimeOffset,
/// TimeSpan, Guid); structured values are <see cref="JsonNode"/>, never changed in place.
/// </summary>
internal abstract class ExpressionData
{
    /// <summary>A variable by id, from the innermost scope outwards.</summary>
    public abstract bool TryGetVariable(string id, out object? value);

    /// <summary>A workflow input by name; null when missing.</summary>
    public abstract JsonNode? GetInput(string name);

    /// <summary>A top-level name of templates and scripts: <c>trigger, steps, variables, run, workflow</c>; null when unknown.</summary>
    public abstract JsonObject? GetRoot(string name);
}
