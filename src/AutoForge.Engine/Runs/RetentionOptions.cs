using System.ComponentModel.DataAnnotations;

namespace AutoForge.Engine.Runs;

/// <summary>How long what finished runs were given and gave is kept. Configuration section <c>AutoForge:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>For accounts whose plan does not say.</summary>
    /// <value>Days, from 1; default none: for ever.</value>
    [Range(1, 36_500)]
    public int? Days { get; set; }

    /// <summary>How often a node looks for what is too old.</summary>
    /// <value>Minutes, 1 to 1,440; default 60.</value>
    [Range(1, 1_440)]
    public int EveryMinutes { get; set; } = 60;

    /// <summary>Runs that one transaction clears away; between two, the node leaves the database to others for as long as that took.</summary>
    /// <value>1 to 10,000; default 500.</value>
    [Range(1, 10_000)]
    public int Batch { get; set; } = 500;
}
