namespace AutoForge.Activities.Flow;

/// <summary>Sets an output of the workflow.</summary>
[Activity("Elsa", "SetOutput", DisplayName = "Set a result", Description = "Sets a result that the workflow hands back.", Category = "Data")]
public sealed class SetOutput : Activity
{
    /// <summary>Name of the workflow's output.</summary>
    [Input(DisplayName = "Result", Description = "Which of the workflow's outputs.", Required = true, Editor = InputEditors.WorkflowOutput, Order = 0)]
    public Input<string>? OutputName { get; set; }

    /// <summary>The value.</summary>
    [Input(DisplayName = "Value", Description = "The result's value.", Order = 1)]
    public Input<object>? OutputValue { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.SetWorkflowOutput(context.Get(OutputName) ?? "", context.Get(OutputValue));
        return ValueTask.CompletedTask;
    }
}
