using System.Text.Json.Nodes;

namespace AutoForge.Activities.Triggers;

/// <summary>Starts a run by hand or by a call of the API.</summary>
[Activity("AutoForge", "Manual", DisplayName = "Start by hand", Description = "Starts when you press Run, or by a call of the API.", Category = "Triggers")]
public sealed class Manual : Trigger
{
    /// <summary>What the run was started with.</summary>
    [Output(Description = "What the run was started with.")]
    public Output<JsonNode>? Input { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Set(Input, context.Run.Trigger["input"]);
        return ValueTask.CompletedTask;
    }
}
