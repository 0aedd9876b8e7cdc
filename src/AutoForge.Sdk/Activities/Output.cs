namespace AutoForge.Activities;

/// <summary>A value that an activity produces. Later steps read it as <c>steps.name.output</c>.</summary>
public abstract class Output
{
    /// <summary>Id of the variable, or name of the workflow output, that also receives the value; null when unbound.</summary>
    public string? Target { get; init; }

    /// <summary>camelCase name; set by the engine when the workflow is compiled.</summary>
    public string Name { get; set; } = "";
}

/// <inheritdoc cref="Output"/>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class Output<T> : Output;
