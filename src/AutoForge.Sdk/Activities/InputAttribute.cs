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

    /// <summary>What people read for each of the values to choose from, in their order; default: the values themselves.</summary>
    public string[] OptionTexts { get; set; } = [];

    /// <summary>
    /// Editor: one of <see cref="InputEditors"/>. Default: a choice where there are options, a list for lists, a check box
    /// for yes or no, else one line of text.
    /// </summary>
    public string? Editor { get; set; }

    /// <summary>The type of connection that is chosen here (<c>smtp</c>, <c>telegram</c>, …); null = not a connection.</summary>
    public string? Connection { get; set; }

    /// <summary>Position in the form.</summary>
    public int Order { get; set; }

    /// <summary>Whether the form leaves it out. Documents may set it all the same.</summary>
    public bool Hidden { get; set; }
}
