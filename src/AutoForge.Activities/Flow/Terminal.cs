namespace AutoForge.Activities.Flow;

/// <summary>A leaf after which the sequence or flowchart around it does not go on.</summary>
public abstract class Terminal : Activity
{
    /// <summary>Nothing: the container around it looks at its kind.</summary>
    protected override ValueTask ExecuteAsync(ActivityContext context) => ValueTask.CompletedTask;
}
