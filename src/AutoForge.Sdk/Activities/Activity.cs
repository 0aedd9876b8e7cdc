using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoForge.Activities;

/// <summary>
/// A building block on the canvas. The public read-write properties of type <see cref="Input{T}"/> and
/// <see cref="Output{T}"/> become its fields in the designer; <see cref="ActivityAttribute"/> gives it its name.
/// </summary>
/// <remarks>
/// One instance serves every run of a published version, side by side: keep what belongs to one execution in
/// <see cref="ActivityContext.State"/>, never in a field.
/// A run that was interrupted is walked again from its journal. An activity without an outside effect is executed
/// again then, so it must depend on its inputs alone; an activity with an effect is not repeated once its result is stored.
/// </remarks>
public abstract class Activity
{
    /// <summary>Identity inside its container; connections and the history refer to it.</summary>
    [JsonIgnore] public string Id { get; set; } = "";

    /// <summary>Path of ids from the root of the workflow, joined by colons; unique in the workflow.</summary>
    [JsonIgnore] public string NodeId { get; set; } = "";

    /// <summary>The name that expressions use (<c>steps.name.output</c>); unique by custom, not by rule.</summary>
    [JsonIgnore] public string? Name { get; set; }

    /// <summary>Full type name as it stands in the workflow document, such as <c>AutoForge.HttpRequest</c>.</summary>
    [JsonIgnore] public string Type { get; set; } = "";

    /// <summary>Free properties of the node; never null.</summary>
    [JsonIgnore] public JsonObject CustomProperties { get; set; } = [];

    /// <summary>The container that this activity is a child of; null for the root.</summary>
    [JsonIgnore] public Activity? Parent { get; set; }

    /// <summary>Whether a trigger of this type may start the workflow here.</summary>
    [JsonIgnore]
    public bool CanStartWorkflow =>
        CustomProperties["canStartWorkflow"] is JsonValue value && value.TryGetValue<bool>(out var canStart) && canStart;

    /// <summary>
    /// Does the work. When it returns, the activity completes with the outcomes given to
    /// <see cref="ActivityContext.Complete"/> (default <c>Done</c>), unless it waits.
    /// </summary>
    /// <remarks>
    /// Throw <see cref="FaultException"/> for a failure that belongs to the world outside; every other exception is
    /// recorded as a fault with code <c>activity_error</c>. Delivery: at least once for <see cref="StepEffect.Safe"/>,
    /// at most once for <see cref="StepEffect.Unsafe"/>.
    /// </remarks>
    protected internal abstract ValueTask ExecuteAsync(ActivityContext context);

    /// <summary>What executing this step does outside the run, judged from its evaluated inputs. Default: nothing.</summary>
    public virtual StepEffect EffectOf(ActivityContext context) => StepEffect.None;

    /// <summary>How often a failure that is <see cref="Fault.Retryable"/> is tried again, after the first try. Default: never.</summary>
    public virtual int RetriesOf(ActivityContext context) => 0;

    /// <summary>For a dry run: what would be sent, as JSON for a person to read. Called instead of executing a step with an effect.</summary>
    public virtual ValueTask<JsonNode?> PreviewAsync(ActivityContext context) => ValueTask.FromResult<JsonNode?>(null);

    /// <summary>How templates in the named input (camelCase) encode what they insert. Literal inputs are already bound.</summary>
    public virtual TextEncoding EncodingOf(string inputName) => TextEncoding.None;

    /// <summary>Adds what is wrong with this node's fields. Called when a workflow is published; required inputs are already checked.</summary>
    public virtual void Validate(ActivityValidation validation) { }
}
