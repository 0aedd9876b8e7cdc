using System.Text.Json.Nodes;

namespace AutoForge.Activities.Triggers;

/// <summary>Starts a run when its address is called.</summary>
[Activity("AutoForge", "Webhook", DisplayName = "Webhook", Description = "Starts when another service calls this workflow's address.", Category = "Triggers")]
public sealed class Webhook : Trigger
{
    /// <summary>HTTP methods that start a run.</summary>
    [Input(Description = "The HTTP methods that start a run.", Default = """["POST"]""", Order = 0,
        Options = ["GET", "POST", "PUT", "PATCH", "DELETE"], Editor = InputEditors.CheckList)]
    public Input<ICollection<string>>? Methods { get; set; }

    /// <summary>What calls are signed with; unset = calls need no signature.</summary>
    [Input(Description = "Calls must be signed with it. Leave empty to accept every call.", Secret = true, Connection = "secret", Order = 1)]
    public Input<string>? Secret { get; set; }

    /// <summary>When the caller is answered.</summary>
    [Input(DisplayName = "Answer", Description = "When the caller gets its answer.", Default = "accepted", Order = 2,
        Options = ["accepted"], OptionTexts = ["As soon as the run is stored"])]
    public Input<string>? ResponseMode { get; set; }

    /// <summary>What was sent: JSON as data, anything else as text.</summary>
    [Output(Description = "What was sent.")]
    public Output<JsonNode>? Body { get; set; }

    /// <summary>Headers by lower-case name.</summary>
    [Output(Description = "The headers of the call.")]
    public Output<JsonNode>? Headers { get; set; }

    /// <summary>Query parameters by name.</summary>
    [Output(Description = "The parameters in the address.")]
    public Output<JsonNode>? Query { get; set; }

    /// <summary>HTTP method.</summary>
    [Output(Description = "The HTTP method of the call.")]
    public Output<string>? Method { get; set; }

    /// <inheritdoc/>
    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        var arrived = context.Run.Trigger;
        context.Set(Body, arrived["body"]);
        context.Set(Headers, arrived["headers"]);
        context.Set(Query, arrived["query"]);
        context.Set(Method, arrived["method"]?.ToString());
        return ValueTask.CompletedTask;
    }
}
