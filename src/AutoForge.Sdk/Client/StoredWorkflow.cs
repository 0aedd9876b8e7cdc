using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AutoForge.Workflows;

namespace AutoForge.Client;

/// <summary>A workflow with the document of its latest version.</summary>
public sealed record StoredWorkflow : WorkflowSummary
{
    // What the server tells about the version beside the document that was saved.
    private static readonly string[] Facts = ["publishedVersion", "priceCents", "publishedPriceCents", "createdAt", "updatedAt"];

    /// <summary>The document as it was saved, properties that this Sdk does not know included. Change it and save it.</summary>
    [JsonIgnore]
    public WorkflowDefinition Definition { get; private init; } = new([]);

    internal static StoredWorkflow From(JsonObject answer)
    {
        StoredWorkflow workflow;
        try
        {
            workflow = answer.Deserialize(ClientJson.Default.StoredWorkflow)!;
        }
        catch (JsonException e)
        {
            throw new AutoForgeApiException(System.Net.HttpStatusCode.OK, ProblemAnswer.UnexpectedAnswer, "The answer is not a workflow.", e);
        }
        foreach (var fact in Facts)
            answer.Remove(fact);
        return workflow with { Definition = new WorkflowDefinition(answer) };
    }
}
