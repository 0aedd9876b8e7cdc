namespace AutoForge.Activities;

/// <summary>Describes an output for the designer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputAttribute : Attribute
{
    /// <summary>One sentence.</summary>
    public string Description { get; set; } = "";
}
