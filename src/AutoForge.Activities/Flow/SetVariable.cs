namespace AutoForge.Activities.Flow;

/// <summary>Gives a variable a value.</summary>
[Activity("Elsa", "SetVariable", DisplayName = "Set a variable", Description = "Remembers a value under a name, for later steps.", Category = "Data")]
public sealed class SetVariable : Activity
{
    /// <summary>The variable, found by its id.</summary>
    [Input(Description = "The variable to set.", Editor = InputEditors.Variable, Order = 0)]
    public Variable? Variable { get; set; }

    /// <summary>Converted to the variable's type.</summary>
    [Input(Description = "The new value.", Order = 1)]
    public Input<object>? Value { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        if (Variable is null)
            throw new FaultException("variable_not_chosen", "No variable is chosen.");

        context.SetVariable(Variable.Id, context.Get(Value));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Validate(ActivityValidation validation)
    {
        if (Variable is null)
            validation.Add("variable", "Choose the variable to set.");
    }
}
