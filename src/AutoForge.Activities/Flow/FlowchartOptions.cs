namespace AutoForge.Activities.Flow;

/// <summary>How the flowcharts of a host run; registered as a service.</summary>
public sealed class FlowchartOptions
{
    /// <value>Default: <see cref="FlowchartMode.Counter"/>.</value>
    public FlowchartMode Mode { get; set; }
}

/// <summary>When an activity of a flowchart with several ways to it runs.</summary>
public enum FlowchartMode
{
    /// <summary>When no more can arrive. A way that is not taken does not block.</summary>
    Counter,

    /// <summary>By the tokens on the ways to it and its merge mode.</summary>
    Token,
}
