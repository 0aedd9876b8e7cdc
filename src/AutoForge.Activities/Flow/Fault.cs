namespace AutoForge.Activities.Flow;

/// <summary>Fails the run on purpose.</summary>
[Activity("Elsa", "Fault", DisplayName = "Fail the run", Description = "Ends the run as failed, with a message of yours. A failed run costs nothing.", Category = "Flow", Outcomes = [])]
public sealed class Fault : Activity
{
    private const string NoCode = "0";

    /// <summary>Short code of the failure.</summary>
    [Input(Description = "A short code for the failure, such as order_missing.", Order = 1)]
    public Input<string>? Code { get; set; }

    /// <summary>Kept for documents of Elsa; shown nowhere.</summary>
    [Input(Description = "A group for failures of this kind.", Order = 2, Hidden = true)]
    public Input<string>? Category { get; set; }

    /// <summary>Kept for documents of Elsa; shown nowhere.</summary>
    [Input(DisplayName = "Type", Description = "Business or System.", Order = 3, Hidden = true)]
    public Input<string>? FaultType { get; set; }

    /// <summary>What went wrong.</summary>
    [Input(Description = "What went wrong, in your words.", Order = 0)]
    public Input<string>? Message { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        var code = context.Get(Code);
        throw new FaultException(
            string.IsNullOrWhiteSpace(code) || code == NoCode ? "fault" : code,
            // Elsa's words for a fault without a message.
            context.Get(Message) ?? "Exception of type 'Elsa.Workflows.Exceptions.FaultException' was thrown.");
    }
}
