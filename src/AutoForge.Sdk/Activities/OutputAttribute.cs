namespace AutoForge.Activities;

/// <summary>Describes an output for the designer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputAttribute : Attribute
{
    /// <summary>
    /// What later steps read it by (<c>steps.name.output</c>), camelCase; for an output named like an input. Default: the
    /// property's name, which is also its key in the document either way.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>One sentence.</summary>
    public string Description { get; set; } = "";
}
