namespace AutoForge.Activities;

/// <summary>Names an activity type. The toolbox entry in the designer is made from this attribute alone.</summary>
/// <param name="ns">Namespace of the type name, such as <c>AutoForge</c> or your company's.</param>
/// <param name="name">Name inside the namespace; <c>ns.name</c> is stored in workflows and never changes.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ActivityAttribute(string ns, string name) : Attribute
{
    /// <summary>Stored in workflows: <c>namespace.name</c>.</summary>
    public string TypeName { get; } = $"{ns}.{name}";

    /// <summary>Plain words for the toolbox; default: the name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>One sentence for the toolbox.</summary>
    public string Description { get; set; } = "";

    /// <summary>Toolbox group: <c>Triggers</c>, <c>Actions</c>, <c>Flow</c> or <c>Data</c>.</summary>
    public string Category { get; set; } = "Actions";

    /// <summary>Ways out of the activity; none = nothing follows it.</summary>
    public string[] Outcomes { get; set; } = ["Done"];

    /// <summary>List price in US cents that each such step adds to the price of a workflow.</summary>
    public int PriceCents { get; set; }

    /// <summary>Whether its result depends on more than its inputs (a script with a clock, say) and must therefore be stored.</summary>
    public bool Recorded { get; set; }

    /// <summary>Whether it only arranges other activities (a sequence, a flowchart) and leaves no step of its own in the history.</summary>
    public bool Structural { get; set; }

    /// <summary>Whether the toolbox leaves it out. Documents may hold it all the same. Default: what is <see cref="Structural"/> is left out.</summary>
    public bool Hidden { get; set; }
}
