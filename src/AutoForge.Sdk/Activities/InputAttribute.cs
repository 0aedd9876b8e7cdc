namespace AutoForge.Activities;

/// <summary>Describes a field for the designer and for validation.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputAttribute : Attribute
{
    /// <summary>Plain words; default: the property's name in words.</summary>
    public string? DisplayName { get; set; }

    /// <summary>One sentence under the field.</summary>
    public string Description { get; set; } = "";

    /// <summary>Publishing refuses a workflow in which it is unset or blank.</summary>
    public bool Required { get; set; }

    /// <summary>The history shows that it was set, never its value.</summary>
    public bool Secret { get; set; }

    /// <summary>Value when unset, as text; converted to the input's type.</summary>
    public string? Default { get; set; }

    /// <summary>The values to choose from; empty = free.</summary>
    public string[] Options { get; set; } = [];

    /// <summary>Editor: <c>singleline</c>, <c>multiline</c>, <c>code-editor</c>, <c>checkbox</c>, <c>dropdown</c>, <c>multitext</c>; default by type.</summary>
    public string? Editor { get; set; }

    /// <summary>The type of connection that is chosen here (<c>smtp</c>, <c>telegram</c>, …); null = not a connection.</summary>
    public string? Connection { get; set; }

    /// <summary>Position in the form.</summary>
    public int Order { get; set; }
}
